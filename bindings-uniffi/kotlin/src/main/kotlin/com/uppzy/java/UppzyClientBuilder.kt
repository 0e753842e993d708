package com.uppzy.java

import com.uppzy.PollSchedule
import com.uppzy.RetryPolicy
import com.uppzy.Uppzy
import com.uppzy.UppzyConfig
import com.uppzy.UppzyException
import com.uppzy.testing.TestClock
import java.time.Duration
import kotlin.time.toKotlinDuration

/**
 * Makes an [UppzyClient], for Java. What is not given comes from the environment (`UPPZY_API_KEY`,
 * `UPPZY_API_KEY_FILE`, `UPPZY_BASE_URL`, `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_CA_FILE`), and then
 * from the defaults.
 */
public class UppzyClientBuilder internal constructor() {
    private val config = UppzyConfig()

    /**
     * Where the API is, or your own gateway to it. Default: `https://api.uppzy.com/api/v1`.
     */
    public fun baseUrl(baseUrl: String): UppzyClientBuilder = apply { config.baseUrl = baseUrl }

    /**
     * A token for your own gateway, which holds the API key in the client's place; needs `baseUrl`.
     * The way for apps: whoever has an app has every key in it.
     */
    public fun bearerToken(bearerToken: String): UppzyClientBuilder = apply { config.bearerToken = bearerToken }

    /** Headers to send with every request, for example some that your gateway asks for. */
    public fun headers(headers: Map<String, String>): UppzyClientBuilder = apply { config.headers = headers }

    /** The API key. For servers only, never in an app that others install: see `bearerToken`. */
    public fun apiKey(apiKey: String): UppzyClientBuilder = apply { config.apiKey = apiKey }

    /** A file that holds the API key; read again when it changes, and after a 401. */
    public fun apiKeyFile(apiKeyFile: String): UppzyClientBuilder = apply { config.apiKeyFile = apiKeyFile }

    /** The tenant that `tenant` operations mean. */
    public fun tenantId(tenantId: String): UppzyClientBuilder = apply { config.tenantId = tenantId }

    /** The site that all other operations mean. */
    public fun siteId(siteId: String): UppzyClientBuilder = apply { config.siteId = siteId }

    /** Allow `http://` to a host that is not this machine; the key then travels in clear text. */
    public fun allowHttp(allowHttp: Boolean): UppzyClientBuilder = apply { config.allowHttp = allowHttp }

    /** A PEM file of certificate authorities to trust beside the system's. */
    public fun caFile(caFile: String): UppzyClientBuilder = apply { config.caFile = caFile }

    /** The same, as the PEM text itself. */
    public fun caPem(caPem: String): UppzyClientBuilder = apply { config.caPem = caPem }

    /** An HTTP proxy. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
    public fun proxy(proxy: String): UppzyClientBuilder = apply { config.proxy = proxy }

    /** The total time of a call, retries included. Default: 30 s. */
    public fun timeout(timeout: Duration): UppzyClientBuilder = apply { config.timeout = timeout.toKotlinDuration() }

    /** The total time of `chat.send`. Default: 90 s, as an answer may take 60 s. */
    public fun sendTimeout(sendTimeout: Duration): UppzyClientBuilder =
        apply {
            config.sendTimeout =
                sendTimeout.toKotlinDuration()
        }

    /** The total time of `documents.upload`. Default: 300 s. */
    public fun uploadTimeout(uploadTimeout: Duration): UppzyClientBuilder =
        apply {
            config.uploadTimeout =
                uploadTimeout.toKotlinDuration()
        }

    /** The total time of `chat.ask`, and of waiting for a pending answer. Default: 120 s. */
    public fun askTimeout(askTimeout: Duration): UppzyClientBuilder =
        apply {
            config.askTimeout =
                askTimeout.toKotlinDuration()
        }

    /** The longest wait for a connection, TLS included. Default: 5 s. */
    public fun connectTimeout(connectTimeout: Duration): UppzyClientBuilder =
        apply {
            config.connectTimeout =
                connectTimeout.toKotlinDuration()
        }

    /** The longest silence in the middle of an answer. Default: 20 s. */
    public fun bodyStallTimeout(bodyStallTimeout: Duration): UppzyClientBuilder =
        apply {
            config.bodyStallTimeout =
                bodyStallTimeout.toKotlinDuration()
        }

    /** How many requests may be under way at once; more wait. Default: 1,000. */
    public fun maxInFlight(maxInFlight: Int): UppzyClientBuilder = apply { config.maxInFlight = maxInFlight }

    /** How often and how fast failed requests are repeated. */
    public fun retry(retry: RetryPolicy): UppzyClientBuilder = apply { config.retry = retry }

    /**
     * Repeat even where nobody can tell whether the server has done it already; a repeat can then
     * double a message or a document. Default: false.
     */
    public fun retryUnknown(retryUnknown: Boolean): UppzyClientBuilder = apply { config.retryUnknown = retryUnknown }

    /** When the state of a pending answer is read. */
    public fun poll(poll: PollSchedule): UppzyClientBuilder = apply { config.poll = poll }

    /** How many polls a second all waiting answers share. Default: 10, and more for each that waits. */
    public fun maxPollRate(maxPollRate: Double): UppzyClientBuilder = apply { config.maxPollRate = maxPollRate }

    /** How many calls [UppzyException.report] can look back on. Default: 64. */
    public fun journalCapacity(journalCapacity: Int): UppzyClientBuilder =
        apply {
            config.journalCapacity =
                journalCapacity
        }

    /** Your application's name and version, for the User-Agent header. */
    public fun userAgentSuffix(userAgentSuffix: String): UppzyClientBuilder =
        apply {
            config.userAgentSuffix =
                userAgentSuffix
        }

    /** Settings to use in place of the process's environment. */
    public fun environment(environment: Map<String, String>): UppzyClientBuilder =
        apply {
            config.environment =
                environment
        }

    /** Another source of time, for tests. */
    public fun clock(clock: TestClock): UppzyClientBuilder = apply { config.clock = clock }

    /** Makes the client; checks every setting, and opens no connection. */
    @Throws(UppzyException::class)
    public fun build(): UppzyClient = UppzyClient(Uppzy(config))
}
