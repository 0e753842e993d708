package com.uppzy.java

import com.uppzy.AttemptRecord
import com.uppzy.Event
import com.uppzy.LatencySummary
import com.uppzy.Meta
import com.uppzy.PollOutcome
import com.uppzy.QueueVerdict
import com.uppzy.UppzyException
import java.time.Duration
import java.util.Optional
import kotlin.time.toJavaDuration

/** Kotlin's durations for Java, which cannot read them. */
public object Durations {
    /** From the start of the call to its result. */
    @JvmStatic
    public fun elapsed(meta: Meta): Duration = meta.elapsed.toJavaDuration()

    /** From the start of the call to the error. */
    @JvmStatic
    public fun elapsed(error: UppzyException): Duration = error.elapsed.toJavaDuration()

    /** The wait that the server asked for. */
    @JvmStatic
    public fun retryAfter(error: UppzyException): Optional<Duration> =
        Optional.ofNullable(error.retryAfter?.toJavaDuration())

    /** How long the attempt took. */
    @JvmStatic
    public fun duration(attempt: AttemptRecord): Duration = attempt.duration.toJavaDuration()

    /** The wait before another look is worthwhile. */
    @JvmStatic
    public fun retryIn(outcome: PollOutcome.Pending): Duration = outcome.retryIn.toJavaDuration()

    /** The wait before the job runs again. */
    @JvmStatic
    public fun delay(verdict: QueueVerdict.RetryIn): Duration = verdict.delay.toJavaDuration()

    /** The wait before resuming. */
    @JvmStatic
    public fun delay(verdict: QueueVerdict.Resume): Duration = verdict.delay.toJavaDuration()

    /** From the start of the call to the start of the attempt. */
    @JvmStatic
    public fun startedAfter(attempt: AttemptRecord): Duration = attempt.startedAfter.toJavaDuration()

    /** The wait before the next attempt, when there was a next one. */
    @JvmStatic
    public fun delayBeforeNext(attempt: AttemptRecord): Optional<Duration> =
        Optional.ofNullable(attempt.delayBeforeNext?.toJavaDuration())

    /** How long the attempt took. */
    @JvmStatic
    public fun duration(event: Event.Attempt): Duration = event.duration.toJavaDuration()

    /** The wait before the request is sent again. */
    @JvmStatic
    public fun delay(event: Event.Retry): Duration = event.delay.toJavaDuration()

    /** The wait before the next poll, unless finished. */
    @JvmStatic
    public fun nextIn(event: Event.Poll): Optional<Duration> = Optional.ofNullable(event.nextIn?.toJavaDuration())

    /** How long the call took. */
    @JvmStatic
    public fun elapsed(event: Event.CallEnded): Duration = event.elapsed.toJavaDuration()

    /** All of what was measured together. */
    @JvmStatic
    public fun sum(latency: LatencySummary): Duration = latency.sum.toJavaDuration()

    /** The sum through the count; zero when nothing was measured. */
    @JvmStatic
    public fun mean(latency: LatencySummary): Duration = latency.mean.toJavaDuration()

    /** Half took no longer than this, within 1 %. */
    @JvmStatic
    public fun p50(latency: LatencySummary): Duration = latency.p50.toJavaDuration()

    /** 95 of 100 took no longer than this, within 1 %. */
    @JvmStatic
    public fun p95(latency: LatencySummary): Duration = latency.p95.toJavaDuration()

    /** 99 of 100 took no longer than this, within 1 %. */
    @JvmStatic
    public fun p99(latency: LatencySummary): Duration = latency.p99.toJavaDuration()

    /** The longest. */
    @JvmStatic
    public fun max(latency: LatencySummary): Duration = latency.max.toJavaDuration()
}
