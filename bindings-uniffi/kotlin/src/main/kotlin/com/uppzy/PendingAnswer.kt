package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.batches
import com.uppzy.internal.generated.NativePending
import com.uppzy.internal.generated.PendingRequest
import com.uppzy.internal.generated.PolledData
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.StreamRequest
import com.uppzy.internal.made
import com.uppzy.internal.settings
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * A question that the server has accepted, and the answer to it that is being made.
 *
 * Store [token] before you wait: with it any process, in any language, takes the answer up. Dropping
 * this object, or cancelling the wait, only stops the waiting: the server goes on.
 */
public class PendingAnswer internal constructor(
    private val native: NativePending,
) {
    /** The API's id of the question. */
    public val requestId: String by lazy { native.requestId() }

    /** The conversation; empty if a token was too long to hold it. */
    public val sessionId: String by lazy { native.sessionId() }

    /** When the server accepted the question. */
    public val submittedAt: Instant by lazy { native.submittedAt() }

    /** A text of at most 512 characters to resume with. Holds no key, message or address. */
    public val token: String by lazy { native.token() }

    /**
     * Waits for the answer.
     *
     * @param timeout The longest wait. Default: the client's `askTimeout`, 120 s.
     * @throws PollTimeoutException It is still being made; the exception carries the token.
     * @throws ChatFailedException The server could not answer.
     * @throws ChatGoneException The server no longer knows the question.
     * @throws UppzyException What any call can end in.
     */
    public suspend fun result(timeout: Duration? = null): Answer =
        Answer(asked<Reply.Answer>(PendingRequest.Result(native), timeout, null).answer)

    /** Reads the state once, with the usual retries. */
    public suspend fun status(
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): ChatStatus = ChatStatus(asked<Reply.Status>(PendingRequest.Status(native), timeout, retryUnknown).status)

    /** Looks once and says what to do next: for job queues, so that no worker is held. */
    public suspend fun pollOnce(
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): PollOutcome = PollOutcome.of(asked<Reply.Polled>(PendingRequest.PollOnce(native), timeout, retryUnknown).polled)

    /**
     * The states of the answer as they change, the final one last. The polling begins with each
     * collection and ends with it; it may take the client's `askTimeout`, 120 s.
     */
    public fun states(): Flow<ChatStatus> =
        batches(
            begin = { native.states() },
            next = { made<Reply.States>(Request.Stream(StreamRequest.States(it))).results },
            end = {
                it.end()
                it.close()
            },
        ).map(::ChatStatus)

    private suspend inline fun <reified Expected : Reply> asked(
        request: PendingRequest,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): Expected = made(Request.Pending(request), settings(timeout, retryUnknown))

    override fun toString(): String =
        Shown("PendingAnswer")
            .plain("requestId", requestId)
            .plain("sessionId", sessionId)
            .plain("submittedAt", submittedAt)
            .toString()
}

/** What one look at a pending answer found. */
public sealed class PollOutcome {
    /** It is still being made: another look is worthwhile after [retryIn]. */
    public class Pending internal constructor(
        /** The wait. */
        public val retryIn: Duration,
    ) : PollOutcome()

    /** It is there. */
    public class Completed internal constructor(
        /** The answer. */
        public val answer: Answer,
    ) : PollOutcome()

    /** There will be none. */
    public class Failed internal constructor(
        /** Why. */
        public val error: UppzyException,
    ) : PollOutcome()

    internal companion object {
        fun of(data: PolledData): PollOutcome =
            when (data) {
                is PolledData.StillPending -> Pending(data.retryIn.toKotlinDuration())
                is PolledData.Completed -> Completed(Answer(data.answer))
                is PolledData.Failed -> Failed(UppzyException.of(data.details))
            }
    }
}
