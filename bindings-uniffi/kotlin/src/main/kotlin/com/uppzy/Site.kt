package com.uppzy

import com.uppzy.internal.awaited
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.json
import com.uppzy.internal.pairs
import com.uppzy.internal.parsed
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
    ): OpenObject = OpenObject(awaited { native.siteGet(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads the site's statistics. */
    public suspend fun statistics(
        query: Map<String, Any?> = emptyMap(),
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.siteStatistics(pairs(query), settings(timeout, retryUnknown), null) })

    /** Reads one user's statistics. */
    public suspend fun userStatistics(
        email: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.siteUserStatistics(email, settings(timeout, retryUnknown), null) })

    /** Reads the configuration of the site's chat widget. */
    public suspend fun widgetConfig(
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject = OpenObject(awaited { native.siteWidgetConfig(settings(timeout, retryUnknown), null) })

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
            awaited { native.siteUpdateWidgetConfig(lowered, settings(timeout, retryUnknown), null) },
        )
    }

    /** The same with the patch as JSON text, for those who have a JSON library of their own. */
    public suspend fun updateWidgetConfig(
        patchJson: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): OpenObject {
        val lowered = parsed("patch", patchJson)
        return OpenObject(
            awaited { native.siteUpdateWidgetConfig(lowered, settings(timeout, retryUnknown), null) },
        )
    }
}
