package com.uppzy

import com.uppzy.internal.generated.AnswerFigures
import com.uppzy.internal.generated.CountFigure
import com.uppzy.internal.generated.LatencyFigures
import com.uppzy.internal.generated.MetricsData
import com.uppzy.internal.generated.OperationFigures
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** What a client has done since it was created. The numbers of one operation belong together. */
public class Metrics internal constructor(
    private val data: MetricsData,
) {
    /** By the operation's name, such as `chat.send`. */
    public val operations: Map<String, OperationMetrics> by lazy {
        data.operations.associate { it.operation to OperationMetrics(it) }
    }

    /** Ratings `good` that the server took. */
    public val feedbackGood: Long get() = data.feedbackGood.toLong()

    /** Ratings `bad` that the server took. */
    public val feedbackBad: Long get() = data.feedbackBad.toLong()

    /** Events that were dropped because nobody took them in time. */
    public val eventsDropped: Long get() = data.eventsDropped.toLong()

    /** All numbers as JSON text; durations are seconds. */
    public fun toJson(): String = data.json

    /** The numbers in Prometheus' text format. */
    public fun toPrometheus(): String = data.prometheus

    override fun toString(): String = "Metrics(${data.json})"
}

/** What happened to the calls of one operation. */
public class OperationMetrics internal constructor(
    private val data: OperationFigures,
) {
    /** Calls that ended. A cancelled call is not one of them. */
    public val calls: Long get() = data.calls.toLong()

    /** Calls that ended well. */
    public val succeeded: Long get() = data.succeeded.toLong()

    /** Calls that went wrong, by the error's kind; kinds that never came are left out. */
    public val failed: Map<String, Long> by lazy { counts(data.failed) }

    /** Calls that went wrong, by outcome; outcomes that never came are left out. */
    public val outcomes: Map<String, Long> by lazy { counts(data.outcomes) }

    /** Attempts beyond the first of each call. */
    public val retries: Long get() = data.retries.toLong()

    /** Attempts answered with 429. */
    public val throttled: Long get() = data.throttled.toLong()

    /** Attempts answered with a status of 500 or above. */
    public val serverErrors: Long get() = data.serverErrors.toLong()

    /** The time from a call's start to its end, waits and retries included. */
    public val latency: LatencySummary get() = LatencySummary(data.latency)

    /** Answers that were waited for, when there were any. */
    public val answers: AnswerMetrics? get() = data.answers?.let(::AnswerMetrics)
}

/** Answers that were waited for after the question was handed in. */
public class AnswerMetrics internal constructor(
    private val data: AnswerFigures,
) {
    /** How many answers were completed. */
    public val answers: Long get() = data.answers.toLong()

    /** How many times the state of these was read, together. */
    public val polls: Long get() = data.polls.toLong()

    /** The most reads that one of them took. */
    public val pollsMax: Int get() = data.pollsMax.toInt()

    /** How many reads an answer took on average; 0 when there was no answer. */
    public val pollsPerAnswer: Double get() = data.pollsPerAnswer

    /** The time from handing the question in to the answer. */
    public val completion: LatencySummary get() = LatencySummary(data.completion)
}

/** How long something took, over the client's life. */
public class LatencySummary internal constructor(
    private val data: LatencyFigures,
) {
    /** How many were measured. */
    public val count: Long get() = data.count.toLong()

    /** All of them together. */
    public val sum: Duration get() = data.sum.toKotlinDuration()

    /** The sum through the count; zero when nothing was measured. */
    public val mean: Duration get() = data.mean.toKotlinDuration()

    /** Half took no longer than this, within 1 %. */
    public val p50: Duration get() = data.p50.toKotlinDuration()

    /** 95 of 100 took no longer than this, within 1 %. */
    public val p95: Duration get() = data.p95.toKotlinDuration()

    /** 99 of 100 took no longer than this, within 1 %. */
    public val p99: Duration get() = data.p99.toKotlinDuration()

    /** The longest. */
    public val max: Duration get() = data.max.toKotlinDuration()
}

private fun counts(figures: List<CountFigure>): Map<String, Long> = figures.associate { it.name to it.count.toLong() }
