package com.uppzy

import com.uppzy.internal.generated.PollSettings
import com.uppzy.internal.generated.RetrySettings
import com.uppzy.internal.generated.workerPoll
import com.uppzy.internal.inSeconds
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * How often and how fast a failed request is repeated.
 *
 * @property maxAttempts Attempts of a call, the first included; at least 1.
 * @property base The first back-off before its jitter.
 * @property cap The longest back-off before its jitter.
 * @property throttledBase The first back-off after 429 and 503.
 * @property throttledCap The longest back-off after 429 and 503.
 * @property maxRetryAfter A server that asks for a longer wait than this gets no retry.
 */
public class RetryPolicy(
    public val maxAttempts: Int = 3,
    public val base: Duration = 500.milliseconds,
    public val cap: Duration = 8.seconds,
    public val throttledBase: Duration = 1.seconds,
    public val throttledCap: Duration = 20.seconds,
    public val maxRetryAfter: Duration = 60.seconds,
) {
    internal fun lowered(): RetrySettings =
        RetrySettings(
            com.uppzy.internal.count("max_attempts", maxAttempts),
            base.inSeconds(),
            cap.inSeconds(),
            throttledBase.inSeconds(),
            throttledCap.inSeconds(),
            maxRetryAfter.inSeconds(),
        )
}

/**
 * When the state of a pending answer is read. A hint of the server wins. The default one learns
 * when the answers of a site come; any other is kept to as it is.
 *
 * @property first From the moment the server accepted the question to the first poll.
 * @property share The next wait as a share of the time since the question was accepted.
 * @property least The shortest wait between two polls.
 * @property most The longest wait between two polls.
 * @property jitter How far a wait may be off its value either way, as a share of it.
 * @property timeout The default total time of a wait under this schedule; null leaves it to the client.
 */
public class PollSchedule(
    public val first: Duration = 2.seconds,
    public val share: Double = 0.12,
    public val least: Duration = 1.seconds,
    public val most: Duration = 5.seconds,
    public val jitter: Double = 0.1,
    public val timeout: Duration? = null,
) {
    internal fun lowered(): PollSettings =
        PollSettings(
            first.inSeconds(),
            share,
            least.inSeconds(),
            most.inSeconds(),
            jitter,
            timeout?.inSeconds(),
        )

    /** The schedules that have a name. */
    public companion object {
        /** The fixed schedule of the vendor's playbook for workers: every 2.5 s, for 45 s. */
        @JvmStatic
        public fun worker(): PollSchedule {
            val given = workerPoll()
            return PollSchedule(
                given.first.seconds,
                given.share,
                given.least.seconds,
                given.most.seconds,
                given.jitter,
                given.timeout?.seconds,
            )
        }
    }
}
