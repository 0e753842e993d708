package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.SiteRequest
import com.uppzy.internal.json
import com.uppzy.internal.pairs
import com.uppzy.internal.parsed
import kotlin.time.Duration

/**
 * Operations on the site. From [Uppzy.site].
 *
 * A `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Site internal constructor(
    private val caller: Caller,
) {
    /** Reads the site. */
    public suspend fun get(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.Get(pairs(query)), timeout, retryUnknown)

    /** Reads the site's statistics. */
    public suspend fun statistics(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.Statistics(pairs(query)), timeout, retryUnknown)

    /** Reads one user's statistics. */
    public suspend fun userStatistics(
        email: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.UserStatistics(email), timeout, retryUnknown)

    /** Reads the configuration of the site's chat widget. */
    public suspend fun widgetConfig(
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.WidgetConfig, timeout, retryUnknown)

    /**
     * Changes the configuration of the site's chat widget, and gives back the server's answer. Assumed:
     * fields that the patch does not name keep their values.
     *
     * @param patch Null, booleans, numbers, texts, lists and maps.
     */
    public suspend fun updateWidgetConfig(
        patch: Map<String, Any?>,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.UpdateWidgetConfig(json("patch", patch)), timeout, retryUnknown)

    /** The same with the patch as JSON text, for those who have a JSON library of their own. */
    public suspend fun updateWidgetConfig(
        patchJson: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = open(SiteRequest.UpdateWidgetConfig(parsed("patch", patchJson)), timeout, retryUnknown)

    private suspend fun open(
        request: SiteRequest,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): OpenObject = OpenObject(caller.made<Reply.Open>(Request.Site(request), timeout, retryUnknown).fields)
}
