package com.uppzy.java

import com.uppzy.Answer
import com.uppzy.AskOutcome
import com.uppzy.Chat
import com.uppzy.ChatRequest
import com.uppzy.ChatStatus
import com.uppzy.Feedback
import com.uppzy.FeedbackReceipt
import com.uppzy.PendingAnswer
import com.uppzy.PollOutcome
import com.uppzy.UppzyException
import com.uppzy.WaitOutcome
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer

/** Questions and answers, for Java: see [Chat]. */
public class ChatFutures internal constructor(
    private val chat: Chat,
    private val calls: Calls,
) {
    /** Asks and waits for the answer: submits, then polls. */
    @JvmOverloads
    public fun ask(
        request: ChatRequest,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Answer> =
        calls.future {
            with(request) {
                val (timeout, retryUnknown) = options.timeout to options.retryUnknown
                chat.ask(message, sessionId, email, responseLanguage, resumeToken, timeout, retryUnknown)
            }
        }

    /** Asks, and gives your fallback when the assistant does not answer in time or fails. */
    @JvmOverloads
    public fun askWithFallback(
        request: ChatRequest,
        fallback: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Answer> =
        calls.future {
            chat.askWithFallback(
                request.message,
                request.sessionId,
                fallback,
                request.email,
                request.responseLanguage,
                request.resumeToken,
                options.timeout,
                options.retryUnknown,
            )
        }

    /** Asks on one connection that stays open until the answer is there: 5 to 60 s. */
    @JvmOverloads
    public fun send(
        request: ChatRequest,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Answer> =
        calls.future {
            with(request) {
                val (timeout, retryUnknown) = options.timeout to options.retryUnknown
                chat.send(message, sessionId, email, responseLanguage, timeout, retryUnknown)
            }
        }

    /** Hands a question in; store the token of the result before you wait. */
    @JvmOverloads
    public fun submit(
        request: ChatRequest,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<PendingAnswer> =
        calls.future {
            with(request) {
                val (timeout, retryUnknown) = options.timeout to options.retryUnknown
                chat.submit(message, sessionId, email, responseLanguage, timeout, retryUnknown)
            }
        }

    /** Takes up an answer that is being made, from its token. Sends nothing yet. */
    @Throws(UppzyException::class)
    public fun resume(token: String): PendingAnswer = chat.resume(token)

    /** Waits for the answer. Of the options only the timeout counts. */
    @JvmOverloads
    public fun result(
        pending: PendingAnswer,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<Answer> = calls.future { pending.result(options.timeout) }

    /** Tells of the states of the answer as they change; completes with the final one. */
    public fun states(
        pending: PendingAnswer,
        listener: Consumer<ChatStatus>,
    ): CompletableFuture<Void?> =
        calls.future {
            pending.states().collect(listener::accept)
            null
        }

    /** Reads the state of a question that was handed in. */
    @JvmOverloads
    public fun status(
        requestId: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<ChatStatus> = calls.future { chat.status(requestId, options.timeout, options.retryUnknown) }

    /** Looks at an answer once and says what to do next: for job queues. */
    @JvmOverloads
    public fun pollOnce(
        token: String,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<PollOutcome> = calls.future { chat.pollOnce(token, options.timeout, options.retryUnknown) }

    /**
     * Asks many questions, so many at once, and tells of the results as they come; completes after the
     * last.
     */
    @JvmOverloads
    public fun askMany(
        questions: Iterable<ChatRequest>,
        concurrency: Int = 100,
        options: CallOptions = CallOptions.DEFAULT,
        listener: Consumer<AskOutcome>,
    ): CompletableFuture<Void?> =
        calls.future {
            chat
                .askMany(questions, concurrency, options.timeout, options.retryUnknown)
                .collect(listener::accept)
            null
        }

    /** Waits for many answers by their tokens, and tells of the results as they come. */
    @JvmOverloads
    public fun waitMany(
        tokens: Iterable<String>,
        options: CallOptions = CallOptions.DEFAULT,
        listener: Consumer<WaitOutcome>,
    ): CompletableFuture<Void?> =
        calls.future {
            chat.waitMany(tokens, options.timeout, options.retryUnknown).collect(listener::accept)
            null
        }

    /** Rates an answer. */
    @JvmOverloads
    public fun feedback(
        sessionId: String,
        requestId: String,
        feedback: Feedback,
        options: CallOptions = CallOptions.DEFAULT,
    ): CompletableFuture<FeedbackReceipt> =
        calls.future { chat.feedback(sessionId, requestId, feedback, options.timeout, options.retryUnknown) }
}
