package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.TenantRequest
import com.uppzy.internal.pairs
import kotlin.time.Duration

/**
 * Operations on the tenant. From [Uppzy.tenant].
 *
 * Parameters of a query are text, numbers, booleans or lists of these; the vendor documents none. A
 * `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Tenant internal constructor(
    private val caller: Caller,
) {
    /** Reads the tenant. */
    public suspend fun get(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = read(TenantRequest.Get(pairs(query)), timeout, retryUnknown)

    /**
     * Reads the limits of the tenant's plan: the cheapest check that key, tenant and network are right.
     */
    public suspend fun limits(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = read(TenantRequest.Limits(pairs(query)), timeout, retryUnknown)

    /** Reads what the tenant has used. */
    public suspend fun usage(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = read(TenantRequest.Usage(pairs(query)), timeout, retryUnknown)

    /** Reads what the tenant has used over time. */
    public suspend fun usageHistory(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = read(TenantRequest.UsageHistory(pairs(query)), timeout, retryUnknown)

    /** Reads the tenant's statistics. */
    public suspend fun statistics(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = read(TenantRequest.Statistics(pairs(query)), timeout, retryUnknown)

    private suspend fun read(
        request: TenantRequest,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): OpenObject = OpenObject(caller.made<Reply.Open>(Request.Tenant(request), timeout, retryUnknown).fields)
}
