package com.uppzy.internal

import com.uppzy.UploadProgress
import com.uppzy.internal.generated.DocumentData
import com.uppzy.internal.generated.NativeUpload
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.StreamRequest
import com.uppzy.internal.generated.UploadStep
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.io.IOException
import java.io.InputStream

/** Pieces of a stream are this large, in bytes. */
private const val PIECE = 64 * 1024

/** Makes the upload, and gives it what it asks for. */
internal suspend fun uploaded(
    upload: NativeUpload,
    content: InputStream?,
    onProgress: ((UploadProgress) -> Unit)?,
): DocumentData {
    try {
        while (true) {
            when (val step = made<Reply.Step>(Request.Stream(StreamRequest.Upload(upload))).step) {
                is UploadStep.Sent -> onProgress?.invoke(UploadProgress(step.sent.toLong(), step.total?.toLong()))
                is UploadStep.PieceWanted -> handOver(upload, content)
                is UploadStep.Done -> return step.document
            }
        }
    } finally {
        upload.end()
        upload.close()
    }
}

private suspend fun handOver(
    upload: NativeUpload,
    content: InputStream?,
) {
    // What is no stream wants no pieces.
    val piece = if (content == null) ByteArray(0) else nextPiece(upload, content) ?: return
    if (piece.isEmpty()) {
        upload.finish()
    } else {
        upload.give(piece)
    }
}

/** The next bytes, none at the end; null if there cannot be any, which the upload then knows. */
private suspend fun nextPiece(
    upload: NativeUpload,
    content: InputStream,
): ByteArray? =
    try {
        runInterruptible(Dispatchers.IO) {
            val buffer = ByteArray(PIECE)
            val read = content.read(buffer)
            if (read < 0) ByteArray(0) else buffer.copyOf(read)
        }
    } catch (fault: IOException) {
        upload.fail(fault.message ?: fault.javaClass.name)
        null
    }
