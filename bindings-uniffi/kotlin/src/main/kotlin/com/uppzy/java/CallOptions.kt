package com.uppzy.java

import java.time.Duration
import kotlin.time.toKotlinDuration
import kotlin.time.Duration as KotlinDuration

/** How a call differs from the client's defaults, for Java: `CallOptions.timeout(Duration.ofSeconds(15))`. */
public class CallOptions private constructor(
    internal val timeout: KotlinDuration?,
    internal val retryUnknown: Boolean?,
) {
    /** The same with this total time, retries and waits included. */
    public fun withTimeout(timeout: Duration): CallOptions = CallOptions(timeout.toKotlinDuration(), retryUnknown)

    /**
     * The same with or without repeats where nobody can tell whether the server has done it already; a
     * repeat can then double a message or a document.
     */
    public fun withRetryUnknown(retryUnknown: Boolean): CallOptions = CallOptions(timeout, retryUnknown)

    /** Where options come from. */
    public companion object {
        /** Nothing differs. */
        @JvmField
        public val DEFAULT: CallOptions = CallOptions(null, null)

        /** Only the total time differs. */
        @JvmStatic
        public fun timeout(timeout: Duration): CallOptions = DEFAULT.withTimeout(timeout)
    }
}
