package com.uppzy

import com.uppzy.internal.awaited
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.pairs
import com.uppzy.internal.settings
import kotlin.time.Duration

/**
 * Operations on the tenant. From [Uppzy.tenant].
 *
 * Parameters of a query are text, numbers, booleans or lists of these; the vendor documents none. A
 * `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Tenant internal constructor(
    private val native: NativeClient,
) {
    /** Reads the tenant. */
    public suspend fun get(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.tenantGet(pairs(query), settings(timeout, retryUnknown), null) })

    /**
     * Reads the limits of the tenant's plan: the cheapest check that key, tenant and network are right.
     */
    public suspend fun limits(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.tenantLimits(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads what the tenant has used. */
    public suspend fun usage(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.tenantUsage(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads what the tenant has used over time. */
    public suspend fun usageHistory(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject =
        OpenObject(awaited { native.tenantUsageHistory(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads the tenant's statistics. */
    public suspend fun statistics(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.tenantStatistics(pairs(query), settings(timeout, retryUnknown), null) })
}
