package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.EVENT_CAPACITY
import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.Shown
import com.uppzy.internal.called
import com.uppzy.internal.count
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.generated.clientVersion

/**
 * The way to the Uppzy API: cheap to keep, shared by all of a process, safe to use from any thread.
 *
 * All settings are checked here; no connection is opened before the first call. Keep it as long as the
 * process lives, or close it.
 *
 * ```kotlin
 * // In an app: through your own gateway, which holds the API key.
 * val client = Uppzy {
 *     baseUrl = "https://gateway.example.com/uppzy"
 *     bearerToken = userToken
 * }
 * val answer = client.chat.ask("How do I return a lamp?", sessionId = "ticket-48291")
 * println(answer.text)
 * ```
 */
public class Uppzy private constructor(
    private val native: NativeClient,
) : AutoCloseable {
    /** Makes a client. What the configuration does not say comes from the environment. */
    @Throws(UppzyException::class)
    public constructor(config: UppzyConfig = UppzyConfig()) : this(made(config))

    private val caller = Caller(native)

    /** Operations on the tenant. */
    public val tenant: Tenant = Tenant(caller)

    /** Operations on the site. */
    public val site: Site = Site(caller)

    /** Operations on the site's documents. */
    public val documents: Documents = Documents(caller)

    /** Questions and answers. */
    public val chat: Chat = Chat(caller)

    /** Operations on sessions. */
    public val sessions: Sessions = Sessions(caller)

    /** The tenant that the `tenant` operations mean. */
    public val tenantId: String? get() = native.tenantId()

    /** The site that all other operations mean. */
    public val siteId: String? get() = native.siteId()

    /** Where the API is. */
    public val baseUrl: String get() = native.baseUrl()

    /** Whether the client was closed. */
    public val isClosed: Boolean get() = native.isShut()

    /**
     * A client for another site. Shares connections, budget, metrics and events with this one, and is
     * closed with it.
     */
    @Throws(UppzyException::class)
    public fun forSite(siteId: String): Uppzy = Uppzy(called { native.forSite(siteId) })

    /** A client for another tenant; otherwise like [forSite]. */
    @Throws(UppzyException::class)
    public fun forTenant(tenantId: String): Uppzy = Uppzy(called { native.forTenant(tenantId) })

    /** Replaces the API key without dropping a call: those under way end with the old one. */
    @Throws(UppzyException::class)
    public fun setApiKey(apiKey: String): Unit = called { native.setApiKey(apiKey) }

    /** Replaces the gateway's token without dropping a call. */
    @Throws(UppzyException::class)
    public fun setBearerToken(bearerToken: String): Unit = called { native.setBearerToken(bearerToken) }

    /** What the client and all that share with it have done so far. */
    public fun metrics(): Metrics = Metrics(called { native.metrics() })

    /**
     * Events from now on, in a queue of that many that drops the oldest when it is full. Off until
     * asked for. To be collected once; ends when the client is closed. Default of [capacity]: 1,000.
     */
    public fun events(capacity: Int = EVENT_CAPACITY): EventStream =
        EventStream(called { native.events(count("capacity", capacity)) })

    /**
     * Ends the client and all that share with it: calls from now on fail with [ClosedException], and so
     * do those under way. More than once is the same as once.
     */
    override fun close(): Unit = called { native.shut() }

    /** Shows no secret. */
    override fun toString(): String =
        Shown("Uppzy")
            .plain("baseUrl", baseUrl)
            .plain("tenantId", tenantId)
            .plain("siteId", siteId)
            .plain("isClosed", isClosed)
            .toString()

    /** Where clients come from. */
    public companion object {
        /** The version of this package. */
        public val VERSION: String by lazy {
            NativeLibrary.load()
            clientVersion()
        }

        /** Makes a client: `Uppzy { baseUrl = "..."; bearerToken = "..." }`. */
        @JvmSynthetic
        public operator fun invoke(configure: UppzyConfig.() -> Unit): Uppzy = Uppzy(UppzyConfig().apply(configure))

        private fun made(config: UppzyConfig): NativeClient {
            NativeLibrary.load()
            return called { NativeClient(config.lowered(), config.clock?.native) }
        }
    }
}
