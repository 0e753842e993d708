package com.uppzy

import com.uppzy.internal.awaited
import com.uppzy.internal.called
import com.uppzy.internal.generated.NativeClient
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
    private val native: NativeClient,
) {
    /** Lists documents. The vendor documents no parameters and no paging. */
    public suspend fun list(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Listing<Document> =
        Listing.of(awaited { native.documentsList(pairs(query), settings(timeout, retryUnknown), null) })

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
        val upload = called { native.documentsUpload(source, fileName, contentType, settings) }
        return Document(uploaded(upload, content, onProgress))
    }

    /** Creates a document from text. */
    public suspend fun createText(
        title: String,
        content: String,
        category: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document =
        Document(
            awaited {
                native.documentsCreateText(title, content, category, settings(timeout, retryUnknown), null)
            },
        )

    /** Creates a document from a question and its answer. */
    public suspend fun createQa(
        title: String,
        question: String,
        answer: String,
        category: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document {
        val settings = settings(timeout, retryUnknown)
        return Document(
            awaited { native.documentsCreateQa(title, question, answer, category, settings, null) },
        )
    }

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
    ): Document {
        val lowered = json("patch", patch)
        return Document(
            awaited { native.documentsUpdate(documentId, lowered, settings(timeout, retryUnknown), null) },
        )
    }

    /** The same with the patch as JSON text, for those who have a JSON library of their own. */
    public suspend fun update(
        documentId: String,
        patchJson: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Document {
        val lowered = parsed("patch", patchJson)
        return Document(
            awaited { native.documentsUpdate(documentId, lowered, settings(timeout, retryUnknown), null) },
        )
    }

    /** Changes whether documents take part in answers. */
    public suspend fun setStatus(
        ids: Collection<String>,
        status: DocumentStatus,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject {
        val settings = settings(timeout, retryUnknown)
        return OpenObject(awaited { native.documentsSetStatus(ids.toList(), status.value, settings, null) })
    }

    /** Deletes documents. */
    public suspend fun delete(
        ids: Collection<String>,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.documentsDelete(ids.toList(), settings(timeout, retryUnknown), null) })
}
