package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.SessionsRequest
import com.uppzy.internal.pairs
import kotlin.time.Duration

/**
 * Operations on sessions: conversations of one person or thread. From [Uppzy.sessions].
 *
 * A `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Sessions internal constructor(
    private val caller: Caller,
) {
    /** Lists sessions, of one person if [email] is given. */
    public suspend fun list(
        email: String? = null,
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Listing<Session> {
        val request = Request.Sessions(SessionsRequest.All(email, pairs(query)))
        return Listing.of(caller.made<Reply.Sessions>(request, timeout, retryUnknown).sessions)
    }

    /** Closes a session: it is archived and takes no new messages. */
    public suspend fun close(
        sessionId: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ) {
        caller.made<Reply.Done>(Request.Sessions(SessionsRequest.Close(sessionId)), timeout, retryUnknown)
    }

    /** The session of that person that is open and was used last; null if there is none. */
    public suspend fun latestOpen(
        email: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Session? {
        val request = Request.Sessions(SessionsRequest.LatestOpen(email))
        return caller.made<Reply.Session>(request, timeout, retryUnknown).session?.let(::Session)
    }
}
