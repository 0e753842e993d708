package com.uppzy.java

import com.uppzy.Event
import com.uppzy.Metrics
import com.uppzy.Uppzy
import com.uppzy.UppzyException
import com.uppzy.internal.EVENT_CAPACITY
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer

/**
 * The client for Java: [Uppzy] with futures in place of suspend functions, and builders in place of
 * named arguments. Safe to use from any thread.
 *
 * ```java
 * try (UppzyClient client = UppzyClient.builder().baseUrl(gateway).bearerToken(token).build()) {
 *     Answer answer = client.chat().ask(ChatRequest.builder("ticket-1", "Are you open?").build()).join();
 *     System.out.println(answer.getText());
 * }
 * ```
 *
 * A future completes exceptionally with an [UppzyException], which `join` wraps into a
 * `CompletionException`. Cancelling it stops the call: nothing more is sent.
 */
public class UppzyClient internal constructor(
    private val client: Uppzy,
) : AutoCloseable {
    private val calls = Calls()

    /** Operations on the tenant. */
    public fun tenant(): TenantFutures = TenantFutures(client.tenant, calls)

    /** Operations on the site. */
    public fun site(): SiteFutures = SiteFutures(client.site, calls)

    /** Operations on the site's documents. */
    public fun documents(): DocumentsFutures = DocumentsFutures(client.documents, calls)

    /** Questions and answers. */
    public fun chat(): ChatFutures = ChatFutures(client.chat, calls)

    /** Operations on sessions. */
    public fun sessions(): SessionsFutures = SessionsFutures(client.sessions, calls)

    /** A client for another site, which shares everything else with this one. */
    @Throws(UppzyException::class)
    public fun forSite(siteId: String): UppzyClient = UppzyClient(client.forSite(siteId))

    /** A client for another tenant, which shares everything else with this one. */
    @Throws(UppzyException::class)
    public fun forTenant(tenantId: String): UppzyClient = UppzyClient(client.forTenant(tenantId))

    /** Replaces the API key without dropping a call. */
    @Throws(UppzyException::class)
    public fun setApiKey(apiKey: String): Unit = client.setApiKey(apiKey)

    /** Replaces the gateway's token without dropping a call. */
    @Throws(UppzyException::class)
    public fun setBearerToken(bearerToken: String): Unit = client.setBearerToken(bearerToken)

    /** What the client has done so far. */
    public fun metrics(): Metrics = client.metrics()

    /**
     * Tells of events from now on, on a thread of its own choice, from a queue of that many that drops
     * the oldest when it is full. Closing what is returned ends it, and so does closing the client.
     */
    @JvmOverloads
    public fun onEvent(
        capacity: Int = EVENT_CAPACITY,
        listener: Consumer<Event>,
    ): AutoCloseable {
        val events = client.events(capacity)
        val job = calls.scope.launch { events.collect(listener::accept) }
        return AutoCloseable(job::cancel)
    }

    /** The same client for Kotlin. */
    public fun kotlin(): Uppzy = client

    /** Whether the client was closed. */
    public fun isClosed(): Boolean = client.isClosed

    /** Ends the client: calls from now on, and those under way, fail with `ClosedException`. */
    override fun close(): Unit = client.close()

    override fun toString(): String = client.toString()

    /** Where clients come from. */
    public companion object {
        /** Options of a client. */
        @JvmStatic
        public fun builder(): UppzyClientBuilder = UppzyClientBuilder()

        /** A client whose settings come from the environment. */
        @JvmStatic
        @Throws(UppzyException::class)
        public fun fromEnvironment(): UppzyClient = builder().build()
    }
}

/** Runs suspend functions for callers that have none. */
internal class Calls {
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    fun <Result> future(call: suspend () -> Result): CompletableFuture<Result> = scope.future { call() }
}
