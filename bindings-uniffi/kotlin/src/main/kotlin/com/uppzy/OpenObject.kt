package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.DocumentListData
import com.uppzy.internal.generated.MetaData
import com.uppzy.internal.generated.OpenData
import com.uppzy.internal.generated.SessionListData

/** An answer whose fields the vendor does not document: all of them, as they came. */
public class OpenObject internal constructor(
    private val data: OpenData,
) {
    /**
     * Every field, as plain data: null, Boolean, Long, java.math.BigInteger, Double, String, List and
     * Map. An answer that is JSON but no object is here under `value`; one without a body leaves it
     * empty.
     */
    public val fields: Map<String, Any?> by lazy { fieldsOf(data.fields) }

    /** The JSON text of the answer; empty for one without a body. */
    public val raw: String get() = data.raw

    /** How it came about. */
    public val meta: Meta get() = Meta(data.meta)

    /** The field of that name. */
    public operator fun get(name: String): Any? = fields[name]

    override fun equals(other: Any?): Boolean = other is OpenObject && other.data == data

    override fun hashCode(): Int = data.hashCode()

    override fun toString(): String = Shown("OpenObject").names("fields", fields).plain("meta", meta).toString()
}

/** A list of the server, and what came with it. */
public class Listing<out Item> private constructor(
    /** The items, in the server's order. */
    public val items: List<Item>,
    private val extraText: String,
    /** The JSON text of the answer. */
    public val raw: String,
    private val metaData: MetaData,
) : AbstractList<Item>() {
    /** What stood beside the list, such as a total or a cursor. The vendor documents no paging. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(extraText) }

    /** How the list came about. */
    public val meta: Meta get() = Meta(metaData)

    override val size: Int get() = items.size

    override fun get(index: Int): Item = items[index]

    override fun toString(): String =
        Shown("Listing")
            .plain("items", items)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()

    internal companion object {
        fun of(data: DocumentListData): Listing<Document> =
            Listing(data.items.map(::Document), data.extra, data.raw, data.meta)

        fun of(data: SessionListData): Listing<Session> =
            Listing(data.items.map(::Session), data.extra, data.raw, data.meta)
    }
}
