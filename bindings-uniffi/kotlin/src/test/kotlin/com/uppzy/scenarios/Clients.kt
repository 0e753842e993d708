package com.uppzy.scenarios

import com.uppzy.PollSchedule
import com.uppzy.RetryPolicy
import com.uppzy.Uppzy
import com.uppzy.UppzyConfig
import com.uppzy.testing.TestClock
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private const val SEED = 7L

/** What comes from the space when it is not named. */
private val OF_SPACE = listOf("base_url", "api_key", "tenant_id", "site_id")

/** The clock of a scenario; null for real time. */
fun makeClock(
    kind: String,
    silence: Double,
): TestClock? =
    when (kind) {
        "virtual" -> TestClock.virtual(SEED, silence.seconds)
        "manual" -> TestClock.manual(SEED)
        else -> null
    }

/** A time in seconds. */
fun time(value: Any?): Duration? = number(value)?.toDouble()?.seconds

/** A client with these options; null means not given at all. */
fun makeClient(
    options: Fields,
    space: Fields,
    clock: TestClock?,
): Uppzy {
    val given = space.filterKeys { it in OF_SPACE } + mapOf("environment" to emptyMap<String, String>()) + options
    val config = UppzyConfig()
    config.clock = clock
    for ((name, value) in given) {
        if (value != null) {
            set(config, name, value)
        }
    }
    return Uppzy(config)
}

@Suppress("UNCHECKED_CAST")
private fun set(
    config: UppzyConfig,
    name: String,
    value: Any,
) {
    when (name) {
        "api_key" -> config.apiKey = value as String
        "api_key_file" -> config.apiKeyFile = value as String
        "bearer_token" -> config.bearerToken = value as String
        "headers" -> config.headers = value as Map<String, String>
        "base_url" -> config.baseUrl = value as String
        "allow_http" -> config.allowHttp = value as Boolean
        "tenant_id" -> config.tenantId = value as String
        "site_id" -> config.siteId = value as String
        "ca_file" -> config.caFile = value as String
        "ca_pem" -> config.caPem = value as String
        "proxy" -> config.proxy = value as String
        "timeout" -> config.timeout = time(value)
        "send_timeout" -> config.sendTimeout = time(value)
        "upload_timeout" -> config.uploadTimeout = time(value)
        "ask_timeout" -> config.askTimeout = time(value)
        "connect_timeout" -> config.connectTimeout = time(value)
        "body_stall_timeout" -> config.bodyStallTimeout = time(value)
        "max_in_flight" -> config.maxInFlight = (value as Number).toInt()
        "retry" -> config.retry = retry(fields(value))
        "retry_unknown" -> config.retryUnknown = value as Boolean
        "poll" -> config.poll = if (value == "worker") PollSchedule.worker() else poll(fields(value))
        "max_poll_rate" -> config.maxPollRate = number(value)?.toDouble()
        "journal_capacity" -> config.journalCapacity = (value as Number).toInt()
        "user_agent_suffix" -> config.userAgentSuffix = value as String
        "environment" -> config.environment = value as Map<String, String>
        else -> throw IllegalArgumentException("there is no option $name")
    }
}

private fun retry(given: Fields): RetryPolicy {
    val default = RetryPolicy()
    return RetryPolicy(
        (given["max_attempts"] as Number?)?.toInt() ?: default.maxAttempts,
        time(given["base"]) ?: default.base,
        time(given["cap"]) ?: default.cap,
        time(given["throttled_base"]) ?: default.throttledBase,
        time(given["throttled_cap"]) ?: default.throttledCap,
        time(given["max_retry_after"]) ?: default.maxRetryAfter,
    )
}

private fun poll(given: Fields): PollSchedule {
    val default = PollSchedule()
    return PollSchedule(
        time(given["first"]) ?: default.first,
        number(given["share"])?.toDouble() ?: default.share,
        time(given["least"]) ?: default.least,
        time(given["most"]) ?: default.most,
        number(given["jitter"])?.toDouble() ?: default.jitter,
        time(given["timeout"]) ?: default.timeout,
    )
}
