package com.uppzy

import com.uppzy.internal.called
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.json
import com.uppzy.internal.pairs
import com.uppzy.internal.settings
import kotlin.time.Duration

/**
 * Operations on the site. From [Uppzy.site].
 *
 * A `timeout` is the total time of the call, retries included; null leaves it to the client's, 30 s.
 */
public class Site internal constructor(
    private val native: NativeClient,
) {
    /** Reads the site. */
    public suspend fun get(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject =
        OpenObject(called { native.siteGet(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads the site's statistics. */
    public suspend fun statistics(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject =
        OpenObject(called { native.siteStatistics(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads one user's statistics. */
    public suspend fun userStatistics(
        email: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject =
        OpenObject(called { native.siteUserStatistics(email, settings(timeout, retryUnknown), null) })

    /** Reads the configuration of the site's chat widget. */
    public suspend fun widgetConfig(
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject =
        OpenObject(called { native.siteWidgetConfig(settings(timeout, retryUnknown), null) })

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
    ): OpenObject {
        val lowered = json("patch", patch)
        return OpenObject(
            called { native.siteUpdateWidgetConfig(lowered, settings(timeout, retryUnknown), null) },
        )
    }
}
