package com.uppzy.java

import com.uppzy.Document
import com.uppzy.DocumentStatus
import com.uppzy.Documents
import com.uppzy.Listing
import com.uppzy.OpenObject
import java.io.InputStream
import java.nio.file.Path
import java.util.concurrent.CompletableFuture

/** Operations on the site's documents, for Java: see [Documents]. */
public class DocumentsFutures internal constructor(
    private val documents: Documents,
    private val calls: Calls,
) {
    /** Lists documents. */
    @JvmOverloads
    public fun list(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Listing<Document>> =
        calls.future { documents.list(query, options.timeout, options.retryUnknown) }

    /** Uploads a file. */
    @JvmOverloads
    public fun upload(
        path: Path,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(path, timeout = options.timeout, retryUnknown = options.retryUnknown)
        }

    /** The same with its name, its type and news of its progress. */
    public fun upload(
        path: Path,
        options: UploadOptions,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(
                path,
                fileName = options.fileName,
                contentType = options.contentType,
                timeout = options.call.timeout,
                retryUnknown = options.call.retryUnknown,
                onProgress = options.onProgress,
            )
        }

    /** Uploads bytes in memory. */
    @JvmOverloads
    public fun upload(
        content: ByteArray,
        fileName: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(
                content,
                fileName,
                timeout = options.timeout,
                retryUnknown = options.retryUnknown,
            )
        }

    /** The same with its type and news of its progress. */
    public fun upload(
        content: ByteArray,
        fileName: String,
        options: UploadOptions,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(
                content,
                fileName = options.fileName ?: fileName,
                contentType = options.contentType,
                timeout = options.call.timeout,
                retryUnknown = options.call.retryUnknown,
                onProgress = options.onProgress,
            )
        }

    /** Uploads what a stream gives, which is not closed. A failed attempt is not repeated. */
    @JvmOverloads
    public fun upload(
        content: InputStream,
        fileName: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(
                content,
                fileName,
                timeout = options.timeout,
                retryUnknown = options.retryUnknown,
            )
        }

    /** The same with its length, its type and news of its progress. */
    public fun upload(
        content: InputStream,
        fileName: String,
        options: UploadOptions,
    ): CompletableFuture<Document> =
        calls.future {
            documents.upload(
                content,
                fileName = options.fileName ?: fileName,
                length = options.length,
                contentType = options.contentType,
                timeout = options.call.timeout,
                retryUnknown = options.call.retryUnknown,
                onProgress = options.onProgress,
            )
        }

    /** Creates a document from text. */
    @JvmOverloads
    public fun createText(
        title: String,
        content: String,
        category: String? = null,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future { documents.createText(title, content, category, options.timeout, options.retryUnknown) }

    /** Creates a document from a question and its answer. */
    @JvmOverloads
    public fun createQa(
        title: String,
        question: String,
        answer: String,
        category: String? = null,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future {
            documents.createQa(title, question, answer, category, options.timeout, options.retryUnknown)
        }

    /** Changes a document. */
    @JvmOverloads
    public fun update(
        documentId: String,
        patch: Map<String, Any?>,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Document> =
        calls.future { documents.update(documentId, patch, options.timeout, options.retryUnknown) }

    /** Changes whether documents take part in answers. */
    @JvmOverloads
    public fun setStatus(
        ids: Collection<String>,
        status: DocumentStatus,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> =
        calls.future { documents.setStatus(ids, status, options.timeout, options.retryUnknown) }

    /** Deletes documents. */
    @JvmOverloads
    public fun delete(
        ids: Collection<String>,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { documents.delete(ids, options.timeout, options.retryUnknown) }
}
