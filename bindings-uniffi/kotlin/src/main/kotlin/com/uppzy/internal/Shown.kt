package com.uppzy.internal

/** The printed form of a class: no text of a person, no address. */
internal class Shown(
    private val name: String,
) {
    private val fields = StringBuilder()

    fun plain(
        field: String,
        value: Any?,
    ): Shown =
        apply {
            if (fields.isNotEmpty()) {
                fields.append(", ")
            }
            fields.append(field).append('=').append(value)
        }

    /** Only how long it is. */
    fun hidden(
        field: String,
        value: String?,
    ): Shown = plain(field, value?.let { "<${it.length} characters>" })

    /** Only the names. */
    fun names(
        field: String,
        values: Map<String, Any?>,
    ): Shown = plain(field, values.keys)

    override fun toString(): String = "$name($fields)"
}
