package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.DocumentData
import java.time.Instant

/**
 * A document of the knowledge base: a file, a text, or a question with its answer.
 *
 * The vendor documents that a document has an id; the names of all fields are assumed, and each may be
 * missing.
 */
public class Document internal constructor(
    private val data: DocumentData,
) {
    /** The id, under whichever name the server gave it. A number became text. */
    public val id: String get() = data.id

    /** The title. */
    public val title: String? get() = data.title

    /** The category, such as `faq`. */
    public val category: String? get() = data.category

    /** Whether it takes part in answers. */
    public val status: DocumentStatus? get() = data.status?.let(::DocumentStatus)

    /** Whether the server is done with processing it. */
    public val ready: Boolean? get() = data.ready

    /** When it was created. */
    public val createdAt: Instant? get() = data.createdAt

    /** When it was last changed. */
    public val updatedAt: Instant? get() = data.updatedAt

    /** Every other field, and those above that could not be read as their type. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(data.extra) }

    /** The JSON text of the answer, or of the item of a list. */
    public val raw: String get() = data.raw

    /** How the answer came about. */
    public val meta: Meta get() = Meta(data.meta)

    override fun equals(other: Any?): Boolean = other is Document && other.data == data

    override fun hashCode(): Int = data.hashCode()

    /** Shows no title. */
    override fun toString(): String =
        Shown("Document")
            .plain("id", id)
            .hidden("title", title)
            .plain("category", category)
            .plain("status", status)
            .plain("ready", ready)
            .plain("createdAt", createdAt)
            .plain("updatedAt", updatedAt)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()
}
