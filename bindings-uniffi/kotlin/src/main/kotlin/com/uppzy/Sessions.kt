package com.uppzy

import com.uppzy.internal.awaited
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.pairs
import com.uppzy.internal.settings
import kotlin.time.Duration

/**
 * Operations on sessions: conversations of one person or thread. From [Uppzy.sessions].
 *
 * A `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Sessions internal constructor(
    private val native: NativeClient,
) {
    /** Lists sessions, of one person if [email] is given. */
    public suspend fun list(
        email: String? = null,
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Listing<Session> =
        Listing.of(
            awaited { native.sessionsList(email, pairs(query), settings(timeout, retryUnknown), null) },
        )

    /** Closes a session: it is archived and takes no new messages. */
    public suspend fun close(
        sessionId: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Unit = awaited { native.sessionsClose(sessionId, settings(timeout, retryUnknown), null) }

    /** The session of that person that is open and was used last; null if there is none. */
    public suspend fun latestOpen(
        email: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Session? = awaited { native.sessionsLatestOpen(email, settings(timeout, retryUnknown), null) }?.let(::Session)
}
