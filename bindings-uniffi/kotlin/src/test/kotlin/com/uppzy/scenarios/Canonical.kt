package com.uppzy.scenarios

private const val PLACEHOLDER = "<volatile>"

/** How every resume token begins. */
private const val TOKEN_PREFIX = "v1."

/** Ids of the sandbox: a prefix and this many hex digits. */
private val ID = Regex("(req_|doc_)[0-9a-fA-F]{32}(?![0-9a-fA-F])")

/** Fields whose values differ from run to run. */
private val VOLATILE =
    setOf(
        "closed_at",
        "completion",
        "created_at",
        "delay",
        "delay_before_next",
        "duration",
        "elapsed",
        "feedback_submitted_at",
        "first_seen",
        "http_request_id",
        "last_seen",
        "latency",
        "next_in",
        "report",
        "resume_token",
        "retry_in",
        "started_after",
        "submitted_at",
        "token",
        "updated_at",
    )

/** Values of one run, and what stands in their place. */
class Placeholders(
    pairs: List<Pair<String, String>>,
) {
    /** Longer values come first, so that one that holds another is replaced as a whole. */
    private val pairs = pairs.filter { it.first.isNotEmpty() }.sortedByDescending { it.first.length }

    /** The value with everything replaced that differs from run to run. */
    fun apply(value: Any?): Any? =
        when (value) {
            is String -> applyToText(value)
            is List<*> -> value.map(::apply)
            is Map<*, *> ->
                value.entries.associate { (name, item) ->
                    val isVolatile = name in VOLATILE && item != null
                    applyToText(name as String) to if (isVolatile) PLACEHOLDER else apply(item)
                }
            else -> value
        }

    private fun applyToText(text: String): String {
        if (text.startsWith(TOKEN_PREFIX)) {
            return PLACEHOLDER
        }
        val replaced = pairs.fold(text) { now, (value, placeholder) -> now.replace(value, placeholder) }
        return ID.replace(replaced) { "${it.groupValues[1]}<id>" }
    }
}
