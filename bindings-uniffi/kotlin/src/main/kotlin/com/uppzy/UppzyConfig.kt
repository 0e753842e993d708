package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.count
import com.uppzy.internal.generated.ClientSettings
import com.uppzy.internal.inSeconds
import com.uppzy.internal.texts
import com.uppzy.testing.TestClock
import kotlin.time.Duration

/**
 * Options of [Uppzy]. What is not given comes from the environment (`UPPZY_API_KEY`,
 * `UPPZY_API_KEY_FILE`, `UPPZY_BASE_URL`, `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_CA_FILE`), and then
 * from the defaults.
 */
public class UppzyConfig {
    /**
     * Where the API is, or your own gateway to it. Default: `https://api.uppzy.com/api/v1`.
     */
    public var baseUrl: String? = null

    /**
     * A token for your own gateway, which holds the API key in the client's place; needs [baseUrl].
     * The way for apps: whoever has an app has every key in it.
     */
    public var bearerToken: String? = null

    /** Headers to send with every request, for example some that your gateway asks for. */
    public var headers: Map<String, String> = emptyMap()

    /** The API key. For servers only, never in an app that others install: see [bearerToken]. */
    public var apiKey: String? = null

    /** A file that holds the API key; read again when it changes, and after a 401. */
    public var apiKeyFile: String? = null

    /** The tenant that `tenant` operations mean. */
    public var tenantId: String? = null

    /** The site that all other operations mean. */
    public var siteId: String? = null

    /** Allow `http://` to a host that is not this machine; the key then travels in clear text. */
    public var allowHttp: Boolean? = null

    /** A PEM file of certificate authorities to trust beside the system's. */
    public var caFile: String? = null

    /** The same, as the PEM text itself. */
    public var caPem: String? = null

    /** An HTTP proxy. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
    public var proxy: String? = null

    /** The total time of a call, retries included. Default: 30 s. */
    public var timeout: Duration? = null

    /** The total time of `chat.send`. Default: 90 s, as an answer may take 60 s. */
    public var sendTimeout: Duration? = null

    /** The total time of `documents.upload`. Default: 300 s. */
    public var uploadTimeout: Duration? = null

    /** The total time of `chat.ask`, and of waiting for a pending answer. Default: 120 s. */
    public var askTimeout: Duration? = null

    /** The longest wait for a connection, TLS included. Default: 5 s. */
    public var connectTimeout: Duration? = null

    /** The longest silence in the middle of an answer. Default: 20 s. */
    public var bodyStallTimeout: Duration? = null

    /** How many requests may be under way at once; more wait. Default: 1,000. */
    public var maxInFlight: Int? = null

    /** How often and how fast failed requests are repeated. */
    public var retry: RetryPolicy? = null

    /**
     * Repeat even where nobody can tell whether the server has done it already; a repeat can then
     * double a message or a document. Default: false.
     */
    public var retryUnknown: Boolean? = null

    /** When the state of a pending answer is read. */
    public var poll: PollSchedule? = null

    /** How many polls a second all waiting answers share. Default: 10, and more for each that waits. */
    public var maxPollRate: Double? = null

    /** How many calls [UppzyException.report] can look back on. Default: 64. */
    public var journalCapacity: Int? = null

    /** Your application's name and version, for the User-Agent header. */
    public var userAgentSuffix: String? = null

    /** Settings to use in place of the process's environment. */
    public var environment: Map<String, String>? = null

    /** Another source of time, for tests. */
    public var clock: TestClock? = null

    internal fun lowered(): ClientSettings =
        ClientSettings(
            apiKey = apiKey,
            apiKeyFile = apiKeyFile,
            bearerToken = bearerToken,
            baseUrl = baseUrl,
            tenantId = tenantId,
            siteId = siteId,
            headers = texts(headers),
            allowHttp = allowHttp,
            caFile = caFile,
            caPem = caPem,
            proxy = proxy,
            timeout = timeout?.inSeconds(),
            sendTimeout = sendTimeout?.inSeconds(),
            uploadTimeout = uploadTimeout?.inSeconds(),
            askTimeout = askTimeout?.inSeconds(),
            connectTimeout = connectTimeout?.inSeconds(),
            bodyStallTimeout = bodyStallTimeout?.inSeconds(),
            maxInFlight = maxInFlight?.let { count("max_in_flight", it) },
            retry = retry?.lowered(),
            retryUnknown = retryUnknown,
            poll = poll?.lowered(),
            maxPollRate = maxPollRate,
            journalCapacity = journalCapacity?.let { count("journal_capacity", it) },
            userAgentSuffix = userAgentSuffix,
            environment = environment?.let(::texts),
        )

    /** Shows no secret. Of the base URL only whether it is there, as one that is not checked yet may hold some. */
    override fun toString(): String =
        Shown("UppzyConfig")
            .plain("baseUrlGiven", baseUrl != null)
            .plain("tenantId", tenantId)
            .plain("siteId", siteId)
            .toString()
}
