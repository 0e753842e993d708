package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.called
import com.uppzy.internal.generated.DocumentsRequest
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.UploadSource
import com.uppzy.internal.json
import com.uppzy.internal.pairs
import com.uppzy.internal.parsed
import com.uppzy.internal.refused
import com.uppzy.internal.settings
import com.uppzy.internal.uploaded
import java.io.InputStream
import java.nio.file.FileSystems
import java.nio.file.Path
import kotlin.time.Duration

/** How far an upload is. */
public class UploadProgress internal constructor(
    /** Bytes handed to the connection so far, those around the file included. */
    public val sent: Long,
    /** How many there are in all, if that is known. */
    public val total: Long?,
) {
    override fun toString(): String = "UploadProgress(sent=$sent, total=$total)"
}

/**
 * Operations on the site's documents. From [Uppzy.documents].
 *
 * A `timeout` is the total time of the call, retries included; null leaves it to the client's: 30 s, and
 * 300 s for uploads.
 */
public class Documents internal constructor(
    private val caller: Caller,
) {
    /** Lists documents. The vendor documents no parameters and no paging. */
    public suspend fun list(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Listing<Document> {
        val request = Request.Documents(DocumentsRequest.All(pairs(query)))
        return Listing.of(caller.made<Reply.Documents>(request, timeout, retryUnknown).documents)
    }

    /**
     * Uploads a file. It is opened when the upload begins, and again when an attempt is repeated.
     *
     * @param fileName The name that the server sees. Default: the file's own.
     * @param contentType In place of the type that the name's extension tells.
     * @param onProgress Told as pieces are handed to the connection.
     * @throws FileReadException The file cannot be read, or has changed while it was read.
     */
    public suspend fun upload(
        path: Path,
        fileName: String? = null,
        contentType: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
        onProgress: ((UploadProgress) -> Unit)? = null,
    ): Document {
        if (path.fileSystem != FileSystems.getDefault()) {
            throw refused("path", "path must be of the machine's own file system; pass a stream instead")
        }
        val source = UploadSource.File(path.toString())
        return made(source, fileName, contentType, timeout, retryUnknown, null, onProgress)
    }

    /** Uploads bytes in memory; otherwise like a file. */
    public suspend fun upload(
        content: ByteArray,
        fileName: String,
        contentType: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
        onProgress: ((UploadProgress) -> Unit)? = null,
    ): Document {
        val source = UploadSource.Memory(content)
        return made(source, fileName, contentType, timeout, retryUnknown, null, onProgress)
    }

    /**
     * Uploads what a stream gives, which is read on `Dispatchers.IO` and not closed. It cannot be read
     * again, so a failed attempt is not repeated.
     *
     * @param length How many bytes it gives, if known: lets the server refuse too large a file at once.
     * @throws FileReadException The stream cannot be read, or gives another number of bytes than that.
     */
    public suspend fun upload(
        content: InputStream,
        fileName: String,
        length: Long? = null,
        contentType: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
        onProgress: ((UploadProgress) -> Unit)? = null,
    ): Document {
        if (length != null && length < 0) {
            throw refused("length", "length must be a whole number from 0 on, not $length")
        }
        val source = UploadSource.Pieces(length?.toULong())
        return made(source, fileName, contentType, timeout, retryUnknown, content, onProgress)
    }

    private suspend fun made(
        source: UploadSource,
        fileName: String?,
        contentType: String?,
        timeout: Duration?,
        retryUnknown: Boolean?,
        content: InputStream?,
        onProgress: ((UploadProgress) -> Unit)?,
    ): Document {
        val settings = settings(timeout, retryUnknown)
        val upload = called { caller.native.documentsUpload(source, fileName, contentType, settings) }
        return Document(uploaded(upload, content, onProgress))
    }

    /** Creates a document from text. */
    public suspend fun createText(
        title: String,
        content: String,
        category: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document = one(DocumentsRequest.CreateText(title, content, category), timeout, retryUnknown)

    /** Creates a document from a question and its answer. */
    public suspend fun createQa(
        title: String,
        question: String,
        answer: String,
        category: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document = one(DocumentsRequest.CreateQa(title, question, answer, category), timeout, retryUnknown)

    /**
     * Changes a document, and gives it as it is now, if the server tells.
     *
     * @param patch Null, booleans, numbers, texts, lists and maps.
     */
    public suspend fun update(
        documentId: String,
        patch: Map<String, Any?>,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document = one(DocumentsRequest.Update(documentId, json("patch", patch)), timeout, retryUnknown)

    /** The same with the patch as JSON text, for those who have a JSON library of their own. */
    public suspend fun update(
        documentId: String,
        patchJson: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document = one(DocumentsRequest.Update(documentId, parsed("patch", patchJson)), timeout, retryUnknown)

    /** Changes whether documents take part in answers. */
    public suspend fun setStatus(
        ids: Collection<String>,
        status: DocumentStatus,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(DocumentsRequest.SetStatus(ids.toList(), status.value), timeout, retryUnknown)

    /** Deletes documents. */
    public suspend fun delete(
        ids: Collection<String>,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(DocumentsRequest.Delete(ids.toList()), timeout, retryUnknown)

    private suspend fun one(
        request: DocumentsRequest,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): Document = Document(caller.made<Reply.Document>(Request.Documents(request), timeout, retryUnknown).document)

    private suspend fun open(
        request: DocumentsRequest,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): OpenObject = OpenObject(caller.made<Reply.Open>(Request.Documents(request), timeout, retryUnknown).fields)
}
