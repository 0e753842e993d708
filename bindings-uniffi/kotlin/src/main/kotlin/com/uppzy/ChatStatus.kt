package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.ReceiptData
import com.uppzy.internal.generated.StatusData
import java.time.Instant

/** How far the server is with a question. */
public class ChatStatus internal constructor(
    private val data: StatusData,
) {
    /** The API's id of the question. */
    public val requestId: String get() = data.requestId

    /** The conversation, if the server repeats it. */
    public val sessionId: String? get() = data.sessionId

    /** How far the server is. */
    public val status: RequestStatus get() = RequestStatus(data.status)

    /** The same as the server wrote it. */
    public val statusText: String get() = data.statusText

    /** Whether the server is done with it, well or not. */
    public val isFinished: Boolean get() = data.isFinished

    /** The text, once there is one. */
    public val answer: String? get() = data.answer

    /** Why there will be none. */
    public val error: String? get() = data.error

    /** How sure the assistant is. The vendor does not document it here. */
    public val confidenceLevel: ConfidenceLevel? get() = data.confidenceLevel?.let(::ConfidenceLevel)

    /** The same as a number. The vendor does not document it here. */
    public val confidenceScore: Double? get() = data.confidenceScore

    /** Every other field, and those above that could not be read as their type. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(data.extra) }

    /** The JSON text of the answer. */
    public val raw: String get() = data.raw

    /** How it came about. */
    public val meta: Meta get() = Meta(data.meta)

    override fun equals(other: Any?): Boolean = other is ChatStatus && other.data == data

    override fun hashCode(): Int = data.hashCode()

    /** Shows no text. */
    override fun toString(): String =
        Shown("ChatStatus")
            .plain("requestId", requestId)
            .plain("sessionId", sessionId)
            .plain("statusText", statusText)
            .hidden("answer", answer)
            .hidden("error", error)
            .plain("confidenceLevel", confidenceLevel)
            .plain("confidenceScore", confidenceScore)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()
}

/** What the server says to a rating. */
public class FeedbackReceipt internal constructor(
    private val data: ReceiptData,
) {
    /** `ok`, by the vendor's pages. */
    public val status: String? get() = data.status

    /** The API's id of the question whose answer was rated. */
    public val requestId: String get() = data.requestId

    /** The rating that counts. */
    public val feedback: Feedback? get() = data.feedback?.let(::Feedback)

    /** When this rating was taken; null when the answer had been rated before. */
    public val feedbackSubmittedAt: Instant? get() = data.feedbackSubmittedAt

    /** Whether this was the answer's first rating. */
    public val isFirst: Boolean get() = data.isFirst

    /** Every other field, and those above that could not be read as their type. */
    public val extra: Map<String, Any?> by lazy { fieldsOf(data.extra) }

    /** The JSON text of the answer; empty for one without a body. */
    public val raw: String get() = data.raw

    /** How it came about. */
    public val meta: Meta get() = Meta(data.meta)

    override fun equals(other: Any?): Boolean = other is FeedbackReceipt && other.data == data

    override fun hashCode(): Int = data.hashCode()

    override fun toString(): String =
        Shown("FeedbackReceipt")
            .plain("status", status)
            .plain("requestId", requestId)
            .plain("feedback", feedback)
            .plain("feedbackSubmittedAt", feedbackSubmittedAt)
            .names("extra", extra)
            .plain("meta", meta)
            .toString()
}
