package com.uppzy

import com.uppzy.internal.Shown
import com.uppzy.internal.exception
import com.uppzy.internal.generated.AskedData
import com.uppzy.internal.generated.QuestionData
import com.uppzy.internal.generated.WaitedData

/**
 * A question of many. If it failed, it can be handed in again as it is.
 *
 * @property sessionId The conversation, named by you. Ends up in logs, so no addresses: see [SessionIds].
 * @property message The question.
 * @property email The address of the person who asks, if the site tells people apart by it.
 * @property responseLanguage The language to answer in, such as `en`.
 * @property resumeToken The token of an answer to this very question that was being made when an
 * earlier wait for it ended. Then it is resumed, and nothing is submitted.
 */
public class ChatRequest
    @JvmOverloads
    constructor(
        public val sessionId: String,
        public val message: String,
        public val email: String? = null,
        public val responseLanguage: String? = null,
        public val resumeToken: String? = null,
    ) {
        internal fun lowered(): QuestionData = QuestionData(sessionId, message, email, responseLanguage, resumeToken)

        override fun equals(other: Any?): Boolean = other is ChatRequest && other.lowered() == lowered()

        override fun hashCode(): Int = lowered().hashCode()

        /** Shows no text and no address. */
        override fun toString(): String =
            Shown("ChatRequest")
                .plain("sessionId", sessionId)
                .hidden("message", message)
                .hidden("email", email)
                .plain("responseLanguage", responseLanguage)
                .plain("resume", resumeToken != null)
                .toString()

        /** Where requests come from in Java. */
        public companion object {
            /** A request with more than the two texts that each has. */
            @JvmStatic
            public fun builder(
                sessionId: String,
                message: String,
            ): ChatRequestBuilder = ChatRequestBuilder(sessionId, message)

            internal fun of(data: QuestionData): ChatRequest =
                ChatRequest(
                    data.sessionId,
                    data.message,
                    data.email,
                    data.responseLanguage,
                    data.resumeToken,
                )
        }
    }

/** Makes a [ChatRequest], for Java. */
public class ChatRequestBuilder internal constructor(
    private val sessionId: String,
    private val message: String,
) {
    private var email: String? = null
    private var responseLanguage: String? = null
    private var resumeToken: String? = null

    /** The address of the person who asks. */
    public fun email(email: String): ChatRequestBuilder = apply { this.email = email }

    /** The language to answer in, such as `en`. */
    public fun responseLanguage(language: String): ChatRequestBuilder = apply { responseLanguage = language }

    /** The token of an answer to this very question. */
    public fun resumeToken(token: String): ChatRequestBuilder = apply { resumeToken = token }

    /** Makes the request. */
    public fun build(): ChatRequest = ChatRequest(sessionId, message, email, responseLanguage, resumeToken)
}

/** How far many questions are. */
public class AskProgress internal constructor(
    /** How many have a result. */
    public val done: Long,
    /** How many of these are errors. */
    public val failed: Long,
    /** How many there are in all. */
    public val total: Long,
) {
    override fun toString(): String =
        Shown("AskProgress")
            .plain("done", done)
            .plain("failed", failed)
            .plain("total", total)
            .toString()
}

/** The result of one of many questions: an answer or an error. */
public class AskOutcome internal constructor(
    data: AskedData,
) {
    /** The question's place in the input, from 0. */
    public val index: Int = data.index.toInt()

    /**
     * The question, to hand in again if it failed. If the server had accepted it, it carries the token,
     * so that handing it in resumes it.
     */
    public val request: ChatRequest = ChatRequest.of(data.question)

    /** The answer; null if it failed. */
    public val answer: Answer? = data.answer?.let(::Answer)

    /** What went wrong; null if nothing did. */
    public val error: UppzyException? = if (answer == null) exception(data.error) else null

    /** How far all of them were with this result. */
    public val progress: AskProgress =
        AskProgress(data.done.toLong(), data.failed.toLong(), data.total.toLong())

    /** The answer; throws what went wrong. */
    public fun getOrThrow(): Answer = answer ?: throw error ?: exception(null)

    override fun toString(): String =
        Shown("AskOutcome")
            .plain("index", index)
            .plain("answer", answer)
            .plain("error", error)
            .toString()
}

/** The result of waiting for an answer by its token. */
public class WaitOutcome internal constructor(
    data: WaitedData,
) {
    /** The token's place in the input, from 0. */
    public val index: Int = data.index.toInt()

    /** The token. */
    public val token: String = data.token

    /** The answer; null if there is none. */
    public val answer: Answer? = data.answer?.let(::Answer)

    /** What went wrong; null if nothing did. */
    public val error: UppzyException? = if (answer == null) exception(data.error) else null

    /** The answer; throws what went wrong. */
    public fun getOrThrow(): Answer = answer ?: throw error ?: exception(null)

    override fun toString(): String =
        Shown("WaitOutcome")
            .plain("index", index)
            .plain("answer", answer)
            .plain("error", error)
            .toString()
}
