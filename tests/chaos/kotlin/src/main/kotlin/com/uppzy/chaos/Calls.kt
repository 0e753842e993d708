package com.uppzy.chaos

import com.fasterxml.jackson.databind.JsonNode
import com.uppzy.Answer
import com.uppzy.ChatRequest
import com.uppzy.Feedback
import com.uppzy.PollOutcome
import com.uppzy.Uppzy
import com.uppzy.UppzyException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.milliseconds

/** Some fields of the report of a call's end. */
private typealias End = Array<Pair<String, Any?>>

private val DONE: End = arrayOf("result" to "answered")
private val CANCELLED: End = arrayOf("result" to "cancelled")

private fun answered(answer: Answer): End =
    arrayOf(
        "result" to "answered",
        "session" to answer.sessionId,
        "request_id" to answer.requestId,
        "attempts" to answer.meta.attempts,
        "said" to answer.toString(),
    )

private fun failed(error: UppzyException): End =
    arrayOf(
        "result" to "error",
        "kind" to error.kind,
        "outcome" to error.outcome.toString(),
        "attempts" to error.attempts.size,
        "token" to error.token,
        "said" to "$error ${error.toJson()} ${error.report()} ${error.stackTraceToString()}",
    )

/** Makes the call, and says how it ended. */
internal suspend fun call(
    client: Uppzy,
    order: JsonNode,
) {
    val beganMs = System.currentTimeMillis()
    val began = System.nanoTime()

    fun end(
        id: Long,
        end: End,
    ) {
        val elapsedMs = (System.nanoTime() - began) / 1_000_000
        say("ended", "id" to id, "began_ms" to beganMs, "elapsed_ms" to elapsedMs, *end)
    }

    val questions = order["questions"].toList()
    val left = questions.map { it["id"].longValue() }.ifEmpty { listOf(order["id"].longValue()) }.toMutableList()
    val cancelAfter = order["cancel_after_ms"].longValue()
    try {
        val work: suspend () -> Unit = {
            if (questions.isEmpty()) {
                val result = operation(client, order)
                left.clear()
                end(order["id"].longValue(), result)
            } else {
                askMany(client, order, questions) { id, result ->
                    left.remove(id)
                    end(id, result)
                }
            }
        }
        if (cancelAfter > 0) withTimeout(cancelAfter.milliseconds) { work() } else work()
    } catch (_: CancellationException) {
        left.forEach { end(it, CANCELLED) }
    }
}

private suspend fun askMany(
    client: Uppzy,
    order: JsonNode,
    questions: List<JsonNode>,
    end: (id: Long, end: End) -> Unit,
) {
    val email = order["email"].textValue()
    val asked = questions.map { ChatRequest(it["session"].textValue(), it["message"].textValue(), email) }
    val timeout = order["timeout_ms"].longValue().milliseconds
    val retryUnknown = order["retry_unknown"].booleanValue()
    client.chat.askMany(asked, timeout = timeout, retryUnknown = retryUnknown).collect { outcome ->
        val result = outcome.answer?.let(::answered) ?: failed(requireNotNull(outcome.error))
        end(questions[outcome.index]["id"].longValue(), result)
    }
}

private suspend fun operation(
    client: Uppzy,
    order: JsonNode,
): End =
    try {
        made(client, order)
    } catch (error: UppzyException) {
        failed(error)
    }

private suspend fun made(
    client: Uppzy,
    order: JsonNode,
): End {
    fun text(name: String): String = order[name].textValue()
    val timeout = order["timeout_ms"].longValue().milliseconds
    val retryUnknown = order["retry_unknown"].booleanValue()
    val (message, session, email) = listOf(text("message"), text("session"), text("email"))
    return when (text("operation")) {
        "chat.ask" ->
            answered(client.chat.ask(message, session, email, timeout = timeout, retryUnknown = retryUnknown))
        "chat.send" ->
            answered(client.chat.send(message, session, email, timeout = timeout, retryUnknown = retryUnknown))
        "chat.submit" -> {
            val pending = client.chat.submit(message, session, email, timeout = timeout, retryUnknown = retryUnknown)
            say("accepted", "id" to order["id"].longValue(), "token" to pending.token)
            answered(pending.result(timeout))
        }
        "chat.resume" -> answered(client.chat.resume(text("token")).result(timeout))
        "chat.poll_once" ->
            when (val outcome = client.chat.pollOnce(text("token"), timeout, retryUnknown)) {
                is PollOutcome.Completed -> answered(outcome.answer)
                is PollOutcome.Failed -> failed(outcome.error)
                is PollOutcome.Pending -> arrayOf("result" to "pending")
            }
        "chat.feedback" -> {
            client.chat.feedback(session, text("request_id"), Feedback.GOOD, timeout = timeout)
            DONE
        }
        "sessions.close" -> {
            client.sessions.close(session, timeout = timeout)
            DONE
        }
        "documents.create_text" -> {
            client.documents.createText(text("title"), message, timeout = timeout, retryUnknown = retryUnknown)
            DONE
        }
        "documents.upload" -> {
            val content = message.toByteArray()
            client.documents.upload(content, text("title"), timeout = timeout, retryUnknown = retryUnknown)
            DONE
        }
        else -> {
            client.tenant.get(timeout = timeout)
            DONE
        }
    }
}
