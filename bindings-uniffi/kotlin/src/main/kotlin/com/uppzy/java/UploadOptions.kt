package com.uppzy.java

import com.uppzy.UploadProgress
import java.util.function.Consumer

/**
 * How a document is uploaded, for Java:
 * `UploadOptions.DEFAULT.withFileName("policy.pdf").withProgress(progress -> bar.show(progress.getSent()))`.
 */
public class UploadOptions private constructor(
    internal val call: CallOptions,
    internal val fileName: String?,
    internal val contentType: String?,
    internal val length: Long?,
    internal val onProgress: ((UploadProgress) -> Unit)?,
) {
    /** The same with these options of the call. */
    public fun withCall(call: CallOptions): UploadOptions =
        UploadOptions(call, fileName, contentType, length, onProgress)

    /** The same with the name that the server sees, in place of the file's own. */
    public fun withFileName(fileName: String): UploadOptions =
        UploadOptions(call, fileName, contentType, length, onProgress)

    /** The same with this type, in place of the one that the name's extension tells. */
    public fun withContentType(contentType: String): UploadOptions =
        UploadOptions(call, fileName, contentType, length, onProgress)

    /** The same for a stream of so many bytes: lets the server refuse too large a file at once. */
    public fun withLength(length: Long): UploadOptions = UploadOptions(call, fileName, contentType, length, onProgress)

    /** The same with somebody who is told as pieces are handed to the connection. */
    public fun withProgress(onProgress: Consumer<UploadProgress>): UploadOptions =
        UploadOptions(call, fileName, contentType, length, onProgress::accept)

    /** Where options come from. */
    public companion object {
        /** The file's own name and type, and the client's times. */
        @JvmField
        public val DEFAULT: UploadOptions = UploadOptions(CallOptions.DEFAULT, null, null, null, null)
    }
}
