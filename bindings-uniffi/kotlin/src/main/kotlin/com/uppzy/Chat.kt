package com.uppzy

import com.uppzy.internal.Caller
import com.uppzy.internal.batches
import com.uppzy.internal.called
import com.uppzy.internal.count
import com.uppzy.internal.generated.ChatRequestData
import com.uppzy.internal.generated.QuestionData
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.StreamRequest
import com.uppzy.internal.made
import com.uppzy.internal.settings
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlin.time.Duration

/**
 * Questions and answers. From [Uppzy.chat].
 *
 * [ask] is the answer to "just get me the answer"; [submit] and [resume] are its two halves for those
 * who wait elsewhere; [askMany] asks thousands at once.
 *
 * Of all questions: `sessionId` is the conversation, named by you. It ends up in logs, so no addresses:
 * see [SessionIds]. `email` is the address of the person who asks, if the site tells people apart by it.
 * `responseLanguage` is the language to answer in, such as `en`. A `timeout` is the total time of the
 * call, retries and waits included. `resumeToken` is the token of an answer to this very question that
 * was being made when an earlier wait for it ended: then it is resumed, and nothing is submitted. `retryUnknown` allows repeats where nobody can tell whether the
 * server has the question already, so that a repeat can double it.
 */
public class Chat internal constructor(
    private val caller: Caller,
) {
    /**
     * Asks and waits for the answer: submits, then polls.
     *
     * No connection stays open while the answer is made, and a broken one loses nothing. Takes about a
     * second longer than [send]. Default of [timeout]: the client's `askTimeout`, 120 s.
     *
     * @throws PollTimeoutException The answer is still being made: keep the exception's `token`.
     * @throws ChatFailedException The server could not answer.
     * @throws ChatGoneException The server no longer knows the question.
     * @throws UppzyException What any call can end in.
     */
    public suspend fun ask(
        message: String,
        sessionId: String,
        email: String? = null,
        responseLanguage: String? = null,
        resumeToken: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Answer {
        val question = QuestionData(sessionId, message, email, responseLanguage, resumeToken)
        return answer(ChatRequestData.Ask(question), timeout, retryUnknown)
    }

    /**
     * Asks, and gives your fallback when the assistant does not answer in time or fails.
     *
     * The answer then has [Answer.isFallback], and [Answer.extra] says why under `fallback_reason` and
     * holds the `token` of an answer that is still being made.
     *
     * @throws UppzyException Only what a retry will not mend: `config`, `invalid_input`, `tls`, `closed`
     * and the 4xx kinds but 429.
     */
    public suspend fun askWithFallback(
        message: String,
        sessionId: String,
        fallback: String,
        email: String? = null,
        responseLanguage: String? = null,
        resumeToken: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Answer {
        val question = QuestionData(sessionId, message, email, responseLanguage, resumeToken)
        return answer(ChatRequestData.AskWithFallback(question, fallback), timeout, retryUnknown)
    }

    /**
     * Asks on one connection that stays open until the answer is there: 5 to 60 s.
     *
     * When the connection breaks, nobody can tell whether the question was processed, and it is not
     * repeated; [ask] does not have this trouble. Default of [timeout]: the client's `sendTimeout`, 90 s.
     *
     * @throws UppzyException What any call can end in.
     */
    public suspend fun send(
        message: String,
        sessionId: String,
        email: String? = null,
        responseLanguage: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Answer {
        val question = QuestionData(sessionId, message, email, responseLanguage, null)
        return answer(ChatRequestData.Send(question), timeout, retryUnknown)
    }

    /**
     * Hands a question in, and returns as soon as the server has accepted it. Store the `token` of the
     * result before you wait.
     *
     * @throws UppzyException What any call can end in.
     */
    public suspend fun submit(
        message: String,
        sessionId: String,
        email: String? = null,
        responseLanguage: String? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): PendingAnswer {
        val question = QuestionData(sessionId, message, email, responseLanguage, null)
        return PendingAnswer(made<Reply.Pending>(ChatRequestData.Submit(question), timeout, retryUnknown).pending)
    }

    /**
     * Reads the state of a question that was handed in.
     *
     * @throws NotFoundException There is no such question; right after handing in, not yet.
     * @throws UppzyException What any call can end in.
     */
    public suspend fun status(
        requestId: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): ChatStatus = ChatStatus(made<Reply.Status>(ChatRequestData.Status(requestId), timeout, retryUnknown).status)

    /**
     * Takes up an answer that is being made, from its token. Sends nothing yet.
     *
     * @throws InvalidInputException The token is damaged, or belongs to another server.
     */
    @Throws(UppzyException::class)
    public fun resume(token: String): PendingAnswer = PendingAnswer(called { caller.native.chatResume(token) })

    /**
     * Looks at an answer once and says what to do next: for job queues, so that no worker is held.
     *
     * @throws InvalidInputException The token is damaged, or belongs to another server.
     * @throws UppzyException What any call can end in; a failed answer is an outcome.
     */
    public suspend fun pollOnce(
        token: String,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): PollOutcome = PollOutcome.of(made<Reply.Polled>(ChatRequestData.PollOnce(token), timeout, retryUnknown).polled)

    /**
     * Asks many questions at once, and gives the results as they come.
     *
     * Every question appears exactly once, with its answer or its error. The request of a failed one can
     * be handed in again as it is; if it was accepted, it is then resumed, not asked twice. The asking
     * begins with each collection; ending that ends the waiting for the rest.
     *
     * @param concurrency How many are submitted and awaited at once. Default: 100.
     * @param timeout For each question.
     * @param onProgress Told before each result is given.
     */
    public fun askMany(
        questions: Iterable<ChatRequest>,
        concurrency: Int? = null,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
        onProgress: ((AskProgress) -> Unit)? = null,
    ): Flow<AskOutcome> {
        val lowered = questions.map(ChatRequest::lowered)
        val atOnce = concurrency?.let { count("concurrency", it) }
        val settings = settings(timeout, retryUnknown)
        val results =
            batches(
                begin = { caller.native.chatAskMany(lowered, atOnce, settings) },
                next = { made<Reply.Asked>(Request.Stream(StreamRequest.Asked(it))).results },
                end = {
                    it.end()
                    it.close()
                },
            )
        val outcomes = results.map(::AskOutcome)
        return if (onProgress == null) outcomes else outcomes.onEach { onProgress(it.progress) }
    }

    /**
     * Waits for many answers by their tokens, and gives the results as they come. All share the client's
     * rate of polls.
     *
     * @param timeout For each answer. Default: the client's `askTimeout`, 120 s.
     */
    public fun waitMany(
        tokens: Iterable<String>,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): Flow<WaitOutcome> {
        val lowered = tokens.toList()
        val settings = settings(timeout, retryUnknown)
        return batches(
            begin = { caller.native.chatWaitMany(lowered, settings) },
            next = { made<Reply.Waited>(Request.Stream(StreamRequest.Waited(it))).results },
            end = {
                it.end()
                it.close()
            },
        ).map(::WaitOutcome)
    }

    /**
     * Rates an answer. A repeat is accepted and changes nothing: its receipt has no time.
     *
     * @throws NotFoundException There is no such request on this site. Only finished ones can be rated.
     * @throws UppzyException What any call can end in.
     */
    public suspend fun feedback(
        sessionId: String,
        requestId: String,
        feedback: Feedback,
        timeout: Duration? = null,
        retryUnknown: Boolean? = null,
    ): FeedbackReceipt {
        val request = ChatRequestData.Feedback(sessionId, requestId, feedback.value)
        return FeedbackReceipt(made<Reply.Receipt>(request, timeout, retryUnknown).receipt)
    }

    private suspend fun answer(
        request: ChatRequestData,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): Answer = Answer(made<Reply.Answer>(request, timeout, retryUnknown).answer)

    private suspend inline fun <reified Expected : Reply> made(
        request: ChatRequestData,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): Expected = caller.made(Request.Chat(request), timeout, retryUnknown)
}
