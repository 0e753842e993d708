package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.SessionData
import java.time.Instant

/** A conversation, as the server lists it. */
public class Session internal constructor(
    private val data: SessionData,
) {
    /**
     * The id. The vendor does not say whether it equals the session id that the caller chose; if the
     * server lists a `session_id` beside it, that is in [extra].
     */
    public val id: String get() = data.id

    /** The address of the person, if the server lists it. */
    public val email: String? get() = data.email

    /** When it began. */
    public val createdAt: Instant? get() = data.createdAt

    /** When it was last used. */
    public val updatedAt: Instant? get() = data.updatedAt

    /** When it was closed; null while it is open. */
    public val closedAt: Instant? get() = data.closedAt

    /** How many messages it holds. */
    public val messageCount: Long? get() = data.messageCount?.toLong()

    /** Whether it takes new messages: a closed session is archived. */
    public val isOpen: Boolean get() = data.isOpen

    /** Every other field, and those above that could not be read as their type. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(data.extra) }

    /** The JSON text of the item. */
    public val raw: String get() = data.raw

    /** How the list came about. */
    public val meta: Meta get() = Meta(data.meta)

    override fun equals(other: Any?): Boolean = other is Session && other.data == data

    override fun hashCode(): Int = data.hashCode()

    /** Shows no address. */
    override fun toString(): String =
        Shown("Session")
            .plain("id", id)
            .hidden("email", email)
            .plain("createdAt", createdAt)
            .plain("updatedAt", updatedAt)
            .plain("closedAt", closedAt)
            .plain("messageCount", messageCount)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()
}
