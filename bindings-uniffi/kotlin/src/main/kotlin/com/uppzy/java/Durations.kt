package com.uppzy.java

import com.uppzy.AttemptRecord
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
}
