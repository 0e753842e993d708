package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.generated.MetaData
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** How a result came about: what it took, and the ids to quote when asking about it. */
public class Meta internal constructor(
    private val data: MetaData,
) {
    /** How many times the request was sent. For an awaited answer: the question, not its polls. */
    public val attempts: Int get() = data.attempts.toInt()

    /** How many times the state of an awaited answer was read. */
    public val polls: Int get() = data.polls.toInt()

    /** From the start of the call to its result. */
    public val elapsed: Duration get() = data.elapsed.toKotlinDuration()

    /** The status of the last HTTP answer; 0 for a result that no server gave, such as a fallback. */
    public val httpStatus: Int get() = data.httpStatus.toInt()

    /** The HTTP request id header of the last answer, if it had one. Not the API's request id. */
    public val httpRequestId: String? get() = data.httpRequestId

    override fun equals(other: Any?): Boolean = other is Meta && other.data == data

    override fun hashCode(): Int = data.hashCode()

    override fun toString(): String =
        Shown("Meta")
            .plain("attempts", attempts)
            .plain("polls", polls)
            .plain("elapsed", elapsed)
            .plain("httpStatus", httpStatus)
            .plain("httpRequestId", httpRequestId)
            .toString()
}
