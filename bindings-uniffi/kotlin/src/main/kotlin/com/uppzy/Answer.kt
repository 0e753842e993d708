package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.AnswerData

/** An answer of the assistant, or the fallback in its place. */
public class Answer internal constructor(
    private val data: AnswerData,
) {
    /** The conversation. */
    public val sessionId: String get() = data.sessionId

    /** The API's id of the question, for feedback; empty for a fallback. */
    public val requestId: String get() = data.requestId

    /** The text as the server gave it; null when a finished request holds none. */
    public val answer: String? get() = data.answer

    /** The text; empty when there is none. */
    public val text: String get() = data.answer.orEmpty()

    /** How sure the assistant is. */
    public val confidenceLevel: ConfidenceLevel? get() = data.confidenceLevel?.let(::ConfidenceLevel)

    /** The same as a number. */
    public val confidenceScore: Double? get() = data.confidenceScore

    /** Whether it is your own fallback and not the assistant's text. */
    public val isFallback: Boolean get() = data.isFallback

    /** Every other field, and those above that could not be read as their type. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(data.extra) }

    /** The JSON text of the answer; empty for a fallback. */
    public val raw: String get() = data.raw

    /** How it came about. */
    public val meta: Meta get() = Meta(data.meta)

    override fun equals(other: Any?): Boolean = other is Answer && other.data == data

    override fun hashCode(): Int = data.hashCode()

    /** Shows no text. */
    override fun toString(): String =
        Shown("Answer")
            .plain("sessionId", sessionId)
            .plain("requestId", requestId)
            .hidden("answer", answer)
            .plain("confidenceLevel", confidenceLevel)
            .plain("confidenceScore", confidenceScore)
            .plain("isFallback", isFallback)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()
}
