package com.uppzy.java

import com.uppzy.PollSchedule
import com.uppzy.RetryPolicy
import java.time.Duration
import kotlin.time.toKotlinDuration

/** Makes a [RetryPolicy], for Java. What is not given stays at its default. */
public class RetryPolicyBuilder {
    private val defaults = RetryPolicy()
    private var maxAttempts = defaults.maxAttempts
    private var base = defaults.base
    private var cap = defaults.cap
    private var throttledBase = defaults.throttledBase
    private var throttledCap = defaults.throttledCap
    private var maxRetryAfter = defaults.maxRetryAfter

    /** Attempts of a call, the first included; at least 1. Default: 3. */
    public fun maxAttempts(maxAttempts: Int): RetryPolicyBuilder = apply { this.maxAttempts = maxAttempts }

    /** The first back-off before its jitter. Default: 0.5 s. */
    public fun base(base: Duration): RetryPolicyBuilder = apply { this.base = base.toKotlinDuration() }

    /** The longest back-off before its jitter. Default: 8 s. */
    public fun cap(cap: Duration): RetryPolicyBuilder = apply { this.cap = cap.toKotlinDuration() }

    /** The first back-off after 429 and 503. Default: 1 s. */
    public fun throttledBase(throttledBase: Duration): RetryPolicyBuilder =
        apply { this.throttledBase = throttledBase.toKotlinDuration() }

    /** The longest back-off after 429 and 503. Default: 20 s. */
    public fun throttledCap(throttledCap: Duration): RetryPolicyBuilder =
        apply { this.throttledCap = throttledCap.toKotlinDuration() }

    /** A server that asks for a longer wait than this gets no retry. Default: 60 s. */
    public fun maxRetryAfter(maxRetryAfter: Duration): RetryPolicyBuilder =
        apply { this.maxRetryAfter = maxRetryAfter.toKotlinDuration() }

    /** The policy; the client that gets it checks it. */
    public fun build(): RetryPolicy = RetryPolicy(maxAttempts, base, cap, throttledBase, throttledCap, maxRetryAfter)
}

/** Makes a [PollSchedule], for Java. What is not given stays at its default. */
public class PollScheduleBuilder {
    private val defaults = PollSchedule()
    private var first = defaults.first
    private var share = defaults.share
    private var least = defaults.least
    private var most = defaults.most
    private var jitter = defaults.jitter
    private var timeout = defaults.timeout

    /** From the moment the server accepted the question to the first poll. Default: 2 s. */
    public fun first(first: Duration): PollScheduleBuilder = apply { this.first = first.toKotlinDuration() }

    /** The next wait as a share of the time since the question was accepted. Default: 0.12. */
    public fun share(share: Double): PollScheduleBuilder = apply { this.share = share }

    /** The shortest wait between two polls. Default: 1 s. */
    public fun least(least: Duration): PollScheduleBuilder = apply { this.least = least.toKotlinDuration() }

    /** The longest wait between two polls. Default: 5 s. */
    public fun most(most: Duration): PollScheduleBuilder = apply { this.most = most.toKotlinDuration() }

    /** How far a wait may be off its value either way, as a share of it. Default: 0.1. */
    public fun jitter(jitter: Double): PollScheduleBuilder = apply { this.jitter = jitter }

    /** The default total time of a wait under this schedule. Default: the client's. */
    public fun timeout(timeout: Duration): PollScheduleBuilder = apply { this.timeout = timeout.toKotlinDuration() }

    /** The schedule; the client that gets it checks it. */
    public fun build(): PollSchedule = PollSchedule(first, share, least, most, jitter, timeout)
}
