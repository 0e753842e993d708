package com.uppzy.java

import com.uppzy.OpenObject
import com.uppzy.Session
import com.uppzy.Sessions
import com.uppzy.Site
import com.uppzy.Tenant
import java.util.Optional
import java.util.concurrent.CompletableFuture

/** Operations on the tenant, for Java: see [Tenant]. */
public class TenantFutures internal constructor(
    private val tenant: Tenant,
    private val calls: Calls,
) {
    /** Reads the tenant. */
    @JvmOverloads
    public fun get(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { tenant.get(query, options.timeout, options.retryUnknown) }

    /** Reads the limits of the tenant's plan: the cheapest check of key, tenant and network. */
    @JvmOverloads
    public fun limits(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { tenant.limits(query, options.timeout, options.retryUnknown) }

    /** Reads what the tenant has used. */
    @JvmOverloads
    public fun usage(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { tenant.usage(query, options.timeout, options.retryUnknown) }

    /** Reads what the tenant has used over time. */
    @JvmOverloads
    public fun usageHistory(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> =
        calls.future { tenant.usageHistory(query, options.timeout, options.retryUnknown) }

    /** Reads the tenant's statistics. */
    @JvmOverloads
    public fun statistics(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { tenant.statistics(query, options.timeout, options.retryUnknown) }
}

/** Operations on the site, for Java: see [Site]. */
public class SiteFutures internal constructor(
    private val site: Site,
    private val calls: Calls,
) {
    /** Reads the site. */
    @JvmOverloads
    public fun get(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { site.get(query, options.timeout, options.retryUnknown) }

    /** Reads the site's statistics. */
    @JvmOverloads
    public fun statistics(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> = calls.future { site.statistics(query, options.timeout, options.retryUnknown) }

    /** Reads one user's statistics. */
    @JvmOverloads
    public fun userStatistics(
        email: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> =
        calls.future { site.userStatistics(email, options.timeout, options.retryUnknown) }

    /** Reads the configuration of the site's chat widget. */
    @JvmOverloads
    public fun widgetConfig(options: CallOptions = CallOptions.DEFAULT): CompletableFuture<OpenObject> =
        calls.future { site.widgetConfig(options.timeout, options.retryUnknown) }

    /** Changes the configuration of the site's chat widget. */
    @JvmOverloads
    public fun updateWidgetConfig(
        patch: Map<String, Any?>,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<OpenObject> =
        calls.future { site.updateWidgetConfig(patch, options.timeout, options.retryUnknown) }
}

/** Operations on sessions, for Java: see [Sessions]. */
public class SessionsFutures internal constructor(
    private val sessions: Sessions,
    private val calls: Calls,
) {
    /** Lists all sessions. */
    @JvmOverloads
    public fun list(
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<List<Session>> =
        calls.future { sessions.list(null, query, options.timeout, options.retryUnknown) }

    /** Lists the sessions of one person. */
    @JvmOverloads
    public fun listOf(
        email: String,
        query: Map<String, Any?> = emptyMap(),
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<List<Session>> =
        calls.future { sessions.list(email, query, options.timeout, options.retryUnknown) }

    /** Closes a session. */
    @JvmOverloads
    public fun close(
        sessionId: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Void?> =
        calls.future {
            sessions.close(sessionId, options.timeout, options.retryUnknown)
            null
        }

    /** The session of that person that is open and was used last. */
    @JvmOverloads
    public fun latestOpen(
        email: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Optional<Session>> =
        calls.future {
            Optional.ofNullable(sessions.latestOpen(email, options.timeout, options.retryUnknown))
        }
}
