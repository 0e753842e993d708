package com.uppzy.scenarios

import com.uppzy.Answer
import com.uppzy.AskOutcome
import com.uppzy.AskProgress
import com.uppzy.AttemptRecord
import com.uppzy.ChatRequest
import com.uppzy.ChatStatus
import com.uppzy.Document
import com.uppzy.Event
import com.uppzy.FeedbackReceipt
import com.uppzy.Listing
import com.uppzy.Meta
import com.uppzy.OpenObject
import com.uppzy.PendingAnswer
import com.uppzy.PollOutcome
import com.uppzy.QueueVerdict
import com.uppzy.Session
import com.uppzy.UppzyException
import com.uppzy.WaitOutcome
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.DurationUnit

private fun seconds(duration: Duration?): Double? = duration?.toDouble(DurationUnit.SECONDS)

/** The time in UTC, with no more digits than it needs. */
private fun text(time: Instant?): String? =
    time?.toString()?.let { if ('.' in it) it.removeSuffix("Z").trimEnd('0').trimEnd('.') + "Z" else it }

/** Results in the form that scenarios see, from what the package says of them. */
fun plain(result: Any?): Any? =
    when (result) {
        null, Unit -> null
        is Answer -> answerFields(result)
        is ChatStatus -> statusFields(result)
        is FeedbackReceipt -> receiptFields(result)
        is Document -> documentFields(result)
        is Session -> sessionFields(result)
        is OpenObject -> mapOf("fields" to result.fields, "meta" to meta(result.meta))
        is Listing<*> ->
            mapOf(
                "items" to result.map(::plain),
                "extra" to result.extra,
                "meta" to meta(result.meta),
            )
        is PollOutcome -> pollFields(result)
        is PendingAnswer ->
            mapOf(
                "request_id" to result.requestId,
                "session_id" to result.sessionId,
                "submitted_at" to text(result.submittedAt),
                "token" to result.token,
            )
        is Event -> eventFields(result)
        else -> throw IllegalArgumentException("no form for ${result.javaClass}")
    }

private fun meta(meta: Meta): Fields =
    mapOf(
        "attempts" to meta.attempts,
        "polls" to meta.polls,
        "elapsed" to seconds(meta.elapsed),
        "http_status" to meta.httpStatus,
        "http_request_id" to meta.httpRequestId,
    )

private fun answerFields(answer: Answer): Fields =
    mapOf(
        "session_id" to answer.sessionId,
        "request_id" to answer.requestId,
        "answer" to answer.answer,
        "confidence_level" to answer.confidenceLevel?.value,
        "confidence_score" to answer.confidenceScore,
        "is_fallback" to answer.isFallback,
        "extra" to answer.extra,
        "meta" to meta(answer.meta),
    )

private fun statusFields(status: ChatStatus): Fields =
    mapOf(
        "request_id" to status.requestId,
        "session_id" to status.sessionId,
        "status" to status.status.value,
        "status_text" to status.statusText,
        "answer" to status.answer,
        "error" to status.error,
        "confidence_level" to status.confidenceLevel?.value,
        "confidence_score" to status.confidenceScore,
        "extra" to status.extra,
        "meta" to meta(status.meta),
    )

private fun receiptFields(receipt: FeedbackReceipt): Fields =
    mapOf(
        "status" to receipt.status,
        "request_id" to receipt.requestId,
        "feedback" to receipt.feedback?.value,
        "feedback_submitted_at" to text(receipt.feedbackSubmittedAt),
        "extra" to receipt.extra,
        "meta" to meta(receipt.meta),
    )

private fun documentFields(document: Document): Fields =
    mapOf(
        "id" to document.id,
        "title" to document.title,
        "category" to document.category,
        "status" to document.status?.value,
        "ready" to document.ready,
        "created_at" to text(document.createdAt),
        "updated_at" to text(document.updatedAt),
        "extra" to document.extra,
        "meta" to meta(document.meta),
    )

private fun sessionFields(session: Session): Fields =
    mapOf(
        "id" to session.id,
        "email" to session.email,
        "created_at" to text(session.createdAt),
        "updated_at" to text(session.updatedAt),
        "closed_at" to text(session.closedAt),
        "message_count" to session.messageCount,
        "extra" to session.extra,
        "meta" to meta(session.meta),
    )

private fun pollFields(outcome: PollOutcome): Fields =
    when (outcome) {
        is PollOutcome.Pending -> mapOf("state" to "pending", "retry_in" to seconds(outcome.retryIn))
        is PollOutcome.Completed -> mapOf("state" to "completed", "answer" to plain(outcome.answer))
        is PollOutcome.Failed -> mapOf("state" to "failed", "error" to errorFields(outcome.error))
    }

/** The error as scenarios see it. */
fun errorFields(error: UppzyException): Fields =
    causeFields(error) + mapOf("queue_verdict" to verdictFields(error.queueVerdict()), "report" to error.report())

private fun causeFields(error: UppzyException): Fields =
    mapOf(
        "kind" to error.kind,
        "class" to error.javaClass.simpleName.removeSuffix("Exception") + "Error",
        "message" to error.reason,
        "user_message" to error.userMessage,
        "hint" to error.hint,
        "field" to error.field,
        "retryable" to error.isRetryable,
        "retry_after" to seconds(error.retryAfter),
        "outcome" to error.outcome.value,
        "phase" to error.phase,
        "operation" to error.operation,
        "http_status" to error.httpStatus,
        "code" to error.code,
        "server_message" to error.serverMessage,
        "body_excerpt" to error.bodyExcerpt,
        "http_request_id" to error.httpRequestId,
        "attempts" to error.attempts.map(::attemptFields),
        "elapsed" to seconds(error.elapsed),
        "retry_stopped_by" to error.retryStoppedBy,
        "token" to error.token,
        "cause" to (error.cause as UppzyException?)?.let(::causeFields),
    )

private fun attemptFields(attempt: AttemptRecord): Fields =
    mapOf(
        "started_after" to seconds(attempt.startedAfter),
        "duration" to seconds(attempt.duration),
        "status" to attempt.status,
        "kind" to attempt.kind,
        "delay_before_next" to seconds(attempt.delayBeforeNext),
    )

private fun verdictFields(verdict: QueueVerdict): Fields =
    when (verdict) {
        is QueueVerdict.RetryIn -> mapOf("action" to "retry_in", "seconds" to seconds(verdict.delay))
        is QueueVerdict.Resume ->
            mapOf("action" to "resume", "token" to verdict.token, "seconds" to seconds(verdict.delay))
        is QueueVerdict.GiveUp -> mapOf("action" to "give_up", "reason" to verdict.reason)
        is QueueVerdict.ConfigIncident -> mapOf("action" to "config_incident", "reason" to verdict.reason)
    }

private fun eventFields(event: Event): Fields {
    val common =
        mapOf(
            "event" to event.name,
            "call" to event.call,
            "operation" to event.operation,
            "template" to event.template,
        )
    return common +
        when (event) {
            is Event.CallStarted -> emptyMap()
            is Event.Attempt ->
                mapOf(
                    "attempt" to event.attempt,
                    "duration" to seconds(event.duration),
                    "status" to event.status,
                    "error" to event.error,
                )
            is Event.Retry ->
                mapOf("attempt" to event.attempt, "delay" to seconds(event.delay), "error" to event.error)
            is Event.Poll ->
                mapOf(
                    "poll" to event.poll,
                    "finished" to event.isFinished,
                    "next_in" to seconds(event.nextIn),
                )
            is Event.CallEnded ->
                mapOf(
                    "attempts" to event.attempts,
                    "elapsed" to seconds(event.elapsed),
                    "status" to event.status,
                    "error" to event.error,
                    "outcome" to event.outcome?.value,
                )
        }
}

/** The results in the order of the questions, those to hand in again, and the progress. */
fun askedFields(
    outcomes: List<AskOutcome>,
    progress: List<AskProgress>,
): Fields {
    val inOrder = outcomes.sortedBy { it.index }
    return mapOf(
        "outcomes" to inOrder.map { outcomeFields(it.index, it.answer, it.error) },
        "failed" to inOrder.filter { it.error != null }.map { questionFields(it.request) },
        "progress" to progress.map { mapOf("done" to it.done, "failed" to it.failed, "total" to it.total) },
    )
}

private fun questionFields(question: ChatRequest): Fields =
    mapOf(
        "session_id" to question.sessionId,
        "message" to question.message,
        "email" to question.email,
        "response_language" to question.responseLanguage,
        "resume_token" to question.resumeToken,
    )

/** The results in the order of the tokens. */
fun waitedFields(outcomes: List<WaitOutcome>): List<Fields> =
    outcomes.sortedBy { it.index }.map { outcomeFields(it.index, it.answer, it.error) }

private fun outcomeFields(
    index: Int,
    answer: Answer?,
    error: UppzyException?,
): Fields =
    if (error == null) {
        mapOf("index" to index, "result" to plain(answer))
    } else {
        mapOf("index" to index, "error" to errorFields(error))
    }
