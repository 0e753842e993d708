package com.uppzy

import com.uppzy.internal.generated.AttemptData
import com.uppzy.internal.generated.ErrorDetails
import com.uppzy.internal.generated.VerdictData
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * What can go wrong, with everything a caller needs to decide what to do next. Unchecked, and safe to
 * log: it holds no key, no header, no message text and no address.
 *
 * Cancellation is none of these: a cancelled call throws `CancellationException` as any coroutine.
 * The hierarchy is sealed, and kinds of a later version come as [UnknownUppzyException], so that a
 * `when` with an `else` or that leaf stays right.
 */
public sealed class UppzyException(
    private val details: ErrorDetails,
) : RuntimeException(described(details), causeOf(details)) {
    /** The stable name of the kind, the same in logs, metrics, queues and every other language. */
    public val kind: String get() = details.kind

    /** One line that says what happened, without the operation's name; safe to log. */
    public val reason: String get() = details.reason

    /** A sentence that may be shown to an end user: no detail of the API in it. */
    public val userMessage: String get() = details.userMessage

    /** What to change. */
    public val hint: String get() = details.hint

    /** The argument or setting at fault, for `invalid_input` and `config`, in snake case. */
    public val field: String? get() = details.`field`

    /** Whether the same call may be repeated as it is. */
    public val isRetryable: Boolean get() = details.retryable

    /** The wait that the server asked for. */
    public val retryAfter: Duration? get() = details.retryAfter?.toKotlinDuration()

    /** Whether the request reached the server: `not_sent`, `rejected`, `accepted` or `unknown`. */
    public val outcome: Outcome get() = Outcome(details.outcome)

    /** The timer that ended the attempt: `queue`, `connect`, `first_byte` or `body`. */
    public val phase: String? get() = details.phase

    /** The operation, such as `chat.send`; null for errors outside an operation. */
    public val operation: String? get() = details.operation

    /** The HTTP status of the last answer. */
    public val httpStatus: Int? get() = details.httpStatus?.toInt()

    /** The server's error code, when its answer had one that looks like a code. */
    public val code: String? get() = details.code

    /** The server's own words, redacted and shortened. */
    public val serverMessage: String? get() = details.serverMessage

    /** The beginning of a body that was not the documented JSON, redacted and shortened. */
    public val bodyExcerpt: String? get() = details.bodyExcerpt

    /** The HTTP request id header of the last answer, to quote to the vendor's support. */
    public val httpRequestId: String? get() = details.httpRequestId

    /**
     * Every attempt of the call, in order. Of a wait for an answer only those of the poll that failed
     * it: none where the answer was late, failed or gone.
     */
    public val attempts: List<AttemptRecord> by lazy { details.attempts.map(::AttemptRecord) }

    /** From the start of the call to the error. */
    public val elapsed: Duration get() = details.elapsed.toKotlinDuration()

    /**
     * What ended the retries: `not_retryable`, `max_attempts`, `deadline`, `budget`,
     * `retry_after_too_long` or `body_not_replayable`.
     */
    public val retryStoppedBy: String? get() = details.retryStoppedBy

    /** The resume token of an answer that is still being made. */
    public val token: String? get() = details.token

    /** What a job queue should do with the job that ended in this error. */
    public fun queueVerdict(): QueueVerdict = QueueVerdict.of(details.verdict)

    /** All fields as JSON text; durations are seconds. */
    public fun toJson(): String = details.json

    /** The text for a support ticket: this error and the calls before it. */
    public fun report(): String = details.report

    internal companion object {
        fun of(details: ErrorDetails): UppzyException = exceptionOf(details)
    }
}

private fun described(details: ErrorDetails): String =
    details.operation?.let { "$it: ${details.reason}" } ?: details.reason

/** The nearest cause, which has the rest as its own. */
private fun causeOf(details: ErrorDetails): UppzyException? {
    val nearest = details.causes.firstOrNull() ?: return null
    return exceptionOf(nearest.copy(causes = details.causes.drop(1)))
}

/** Whether the request reached the server, and with it whether sending again can double its effect. */
public class Outcome(
    value: String,
) : Word(value) {
    /** The known ones. */
    public companion object {
        /** Nothing reached the server: sending again is safe. */
        @JvmField
        public val NOT_SENT: Outcome = Outcome("not_sent")

        /** The server answered that it did not do it: sending again is safe. */
        @JvmField
        public val REJECTED: Outcome = Outcome("rejected")

        /** The server did it: sending again would do it twice. */
        @JvmField
        public val ACCEPTED: Outcome = Outcome("accepted")

        /** Nobody can tell: sending again may do it twice. */
        @JvmField
        public val UNKNOWN: Outcome = Outcome("unknown")
    }
}

/** One attempt of a call. */
public class AttemptRecord internal constructor(
    private val data: AttemptData,
) {
    /** From the start of the call to the start of the attempt. */
    public val startedAfter: Duration get() = data.startedAfter.toKotlinDuration()

    /** How long the attempt took. */
    public val duration: Duration get() = data.duration.toKotlinDuration()

    /** The HTTP status, when an answer came. */
    public val status: Int? get() = data.status?.toInt()

    /** The kind of what went wrong, if anything did. */
    public val kind: String? get() = data.kind

    /** The wait before the next attempt, when there was a next one. */
    public val delayBeforeNext: Duration? get() = data.delayBeforeNext?.toKotlinDuration()

    override fun toString(): String = "AttemptRecord(status=$status, kind=$kind, duration=$duration)"
}

/** What a job queue should do with a job that ended in an error. */
public sealed class QueueVerdict {
    /** Run the job again after [delay]. */
    public class RetryIn internal constructor(
        /** The wait. */
        public val delay: Duration,
    ) : QueueVerdict()

    /** The question is on its way: do not submit it again, but resume with [token] after [delay]. */
    public class Resume internal constructor(
        /** The resume token. */
        public val token: String,
        /** The wait. */
        public val delay: Duration,
    ) : QueueVerdict()

    /** Take the job off the queue, and use the fallback. */
    public class GiveUp internal constructor(
        /** The error's kind and message. */
        public val reason: String,
    ) : QueueVerdict()

    /** Stop the worker and call an operator: every job would fail the same way. */
    public class ConfigIncident internal constructor(
        /** The error's kind and message. */
        public val reason: String,
    ) : QueueVerdict()

    internal companion object {
        fun of(data: VerdictData): QueueVerdict =
            when (data) {
                is VerdictData.RetryIn -> RetryIn(data.after.toKotlinDuration())
                is VerdictData.Resume -> Resume(data.token, data.after.toKotlinDuration())
                is VerdictData.GiveUp -> GiveUp(data.reason)
                is VerdictData.ConfigIncident -> ConfigIncident(data.reason)
            }
    }
}
