package com.uppzy.scenarios

import com.uppzy.AskProgress
import com.uppzy.ChatRequest
import com.uppzy.DocumentStatus
import com.uppzy.EventStream
import com.uppzy.Feedback
import com.uppzy.PendingAnswer
import com.uppzy.SessionIds
import com.uppzy.Uppzy
import kotlinx.coroutines.flow.toList
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration

/** What a call gave: as plain data, and as what later steps can make calls on. */
class Made(
    val value: Any?,
    val native: Any? = null,
)

/** The arguments of a call by name, and its options. */
class Arguments(
    private val given: Fields,
    options: Fields,
) {
    val timeout: Duration? = time(options["timeout"])
    val retryUnknown = options["retry_unknown"] as Boolean?

    operator fun get(name: String): Any? = given[name]

    /** What is missing is for the client to refuse. */
    fun text(name: String): String = given[name] as String? ?: ""

    fun textOrNull(name: String): String? = given[name] as String?

    fun query(name: String = "query"): Fields = fields(given[name] ?: emptyMap<String, Any?>())

    @Suppress("UNCHECKED_CAST")
    fun texts(name: String): List<String> = given.getValue(name) as List<String>
}

/** Makes the call of that name on a client, a pending answer or a stream of events. */
suspend fun makeCall(
    on: Any?,
    name: String,
    arguments: Arguments,
): Made {
    val (family, method) = name.split('.')
    return when (family) {
        "session_ids" -> Made(sessionId(method, arguments))
        "client" -> ofClient(on as Uppzy, method, arguments)
        "pending" -> ofPending(on as PendingAnswer, method, arguments)
        "events" -> {
            val events = on as EventStream
            Made(mapOf("events" to events.read().map(::plain), "dropped" to events.dropped))
        }
        "chat" -> ofChat(on as Uppzy, method, arguments)
        "tenant" -> Made(plain(ofTenant(on as Uppzy, method, arguments)))
        "site" -> Made(plain(ofSite(on as Uppzy, method, arguments)))
        "documents" -> Made(plain(ofDocuments(on as Uppzy, method, arguments)))
        "sessions" -> Made(plain(ofSessions(on as Uppzy, method, arguments)))
        else -> unknown(name)
    }
}

private fun unknown(name: String): kotlin.Nothing = throw IllegalArgumentException("there is no call $name")

private fun sessionId(
    method: String,
    arguments: Arguments,
): String {
    val ids = SessionIds(arguments.text("secret"))
    return when (method) {
        "per_user" -> ids.perUser(arguments.text("user"))
        "per_thread" -> ids.perThread(arguments.text("thread"))
        "per_channel" -> ids.perChannel(arguments.text("channel"), arguments.text("user"))
        else -> unknown("session_ids.$method")
    }
}

private fun ofClient(
    client: Uppzy,
    method: String,
    arguments: Arguments,
): Made =
    when (method) {
        "set_api_key" -> Made(plain(client.setApiKey(arguments.text("api_key"))))
        "set_bearer_token" -> Made(plain(client.setBearerToken(arguments.text("bearer_token"))))
        "close" -> Made(plain(client.close()))
        "for_site" -> Made(null, client.forSite(arguments.text("site_id")))
        "for_tenant" -> Made(null, client.forTenant(arguments.text("tenant_id")))
        "metrics" -> Made(json.readValue(client.metrics().toJson(), Map::class.java))
        "prometheus" -> Made(client.metrics().toPrometheus())
        "debug" -> Made(client.toString())
        "events" -> {
            val capacity = arguments["capacity"] as Number?
            Made(null, if (capacity == null) client.events() else client.events(capacity.toInt()))
        }
        else -> unknown("client.$method")
    }

private suspend fun ofPending(
    pending: PendingAnswer,
    method: String,
    given: Arguments,
): Made =
    when (method) {
        "result" -> Made(plain(pending.result(given.timeout)))
        "status" -> Made(plain(pending.status(given.timeout, given.retryUnknown)))
        "poll_once" -> Made(plain(pending.pollOnce(given.timeout, given.retryUnknown)))
        "states" -> Made(pending.states().toList().map { it.status.value })
        "token" -> Made(pending.token)
        else -> unknown("pending.$method")
    }

private suspend fun ofChat(
    client: Uppzy,
    method: String,
    given: Arguments,
): Made {
    val chat = client.chat
    val (message, session) = given.text("message") to given.text("session_id")
    val (email, language) = given.textOrNull("email") to given.textOrNull("response_language")
    val token = given.textOrNull("resume_token")
    val (timeout, retryUnknown) = given.timeout to given.retryUnknown
    return when (method) {
        "ask" -> Made(plain(chat.ask(message, session, email, language, token, timeout, retryUnknown)))
        "ask_with_fallback" -> {
            val fallback = given.text("fallback")
            val answer =
                chat.askWithFallback(message, session, fallback, email, language, token, timeout, retryUnknown)
            Made(plain(answer))
        }
        "send" -> Made(plain(chat.send(message, session, email, language, timeout, retryUnknown)))
        "submit" -> {
            val pending = chat.submit(message, session, email, language, timeout, retryUnknown)
            Made(plain(pending), pending)
        }
        "resume" -> chat.resume(given.text("token")).let { Made(plain(it), it) }
        "status" -> Made(plain(chat.status(given.text("request_id"), timeout, retryUnknown)))
        "poll_once" -> Made(plain(chat.pollOnce(given.text("token"), timeout, retryUnknown)))
        "feedback" -> {
            val feedback = Feedback(given.text("feedback"))
            Made(plain(chat.feedback(session, given.text("request_id"), feedback, timeout, retryUnknown)))
        }
        "ask_many" -> askMany(client, given)
        "wait_many" -> Made(waitedFields(chat.waitMany(given.texts("tokens"), timeout, retryUnknown).toList()))
        else -> unknown("chat.$method")
    }
}

private suspend fun askMany(
    client: Uppzy,
    given: Arguments,
): Made {
    val questions = (given["questions"] as List<*>).map { question(fields(it)) }
    val progress = mutableListOf<AskProgress>()
    val concurrency = (given["concurrency"] as Number?)?.toInt()
    val outcomes = client.chat.askMany(questions, concurrency, given.timeout, given.retryUnknown, progress::add)
    return Made(askedFields(outcomes.toList(), progress))
}

private fun question(given: Fields): ChatRequest =
    ChatRequest(
        given["session_id"] as String? ?: "",
        given["message"] as String? ?: "",
        given["email"] as String?,
        given["response_language"] as String?,
        given["resume_token"] as String?,
    )

private suspend fun ofTenant(
    client: Uppzy,
    method: String,
    given: Arguments,
): Any? =
    when (method) {
        "get" -> client.tenant.get(given.query(), given.timeout, given.retryUnknown)
        "limits" -> client.tenant.limits(given.query(), given.timeout, given.retryUnknown)
        "usage" -> client.tenant.usage(given.query(), given.timeout, given.retryUnknown)
        "usage_history" -> client.tenant.usageHistory(given.query(), given.timeout, given.retryUnknown)
        "statistics" -> client.tenant.statistics(given.query(), given.timeout, given.retryUnknown)
        else -> unknown("tenant.$method")
    }

private suspend fun ofSite(
    client: Uppzy,
    method: String,
    given: Arguments,
): Any? {
    val (timeout, retryUnknown) = given.timeout to given.retryUnknown
    return when (method) {
        "get" -> client.site.get(given.query(), timeout, retryUnknown)
        "statistics" -> client.site.statistics(given.query(), timeout, retryUnknown)
        "user_statistics" -> client.site.userStatistics(given.text("email"), timeout, retryUnknown)
        "widget_config" -> client.site.widgetConfig(timeout, retryUnknown)
        "update_widget_config" ->
            when (val patch = given["patch"]) {
                is Map<*, *> -> client.site.updateWidgetConfig(fields(patch), timeout, retryUnknown)
                // What is no object can only be said as text.
                else -> client.site.updateWidgetConfig(json.writeValueAsString(patch), timeout, retryUnknown)
            }
        else -> unknown("site.$method")
    }
}

private suspend fun ofDocuments(
    client: Uppzy,
    method: String,
    given: Arguments,
): Any? {
    val documents = client.documents
    val (timeout, retryUnknown) = given.timeout to given.retryUnknown
    val (title, category) = given.text("title") to given.textOrNull("category")
    return when (method) {
        "list" -> documents.list(given.query(), timeout, retryUnknown)
        "upload" -> upload(client, given)
        "create_text" -> documents.createText(title, given.text("content"), category, timeout, retryUnknown)
        "create_qa" -> {
            val (question, answer) = given.text("question") to given.text("answer")
            documents.createQa(title, question, answer, category, timeout, retryUnknown)
        }
        "update" -> documents.update(given.text("document_id"), given.query("patch"), timeout, retryUnknown)
        "set_status" -> {
            val status = DocumentStatus(given.text("status"))
            documents.setStatus(given.texts("ids"), status, timeout, retryUnknown)
        }
        "delete" -> documents.delete(given.texts("ids"), timeout, retryUnknown)
        else -> unknown("documents.$method")
    }
}

/** The file at `path` by its path, or as bytes, or as a stream, with the length that is announced. */
private suspend fun upload(
    client: Uppzy,
    given: Arguments,
): Any? {
    val path = Path.of(given.text("path"))
    val (name, type) = given.textOrNull("file_name") to given.textOrNull("content_type")
    val (timeout, retryUnknown) = given.timeout to given.retryUnknown
    val documents = client.documents
    return when (val form = given.textOrNull("as") ?: "path") {
        "path" -> documents.upload(path, name, type, timeout, retryUnknown)
        "bytes" -> documents.upload(Files.readAllBytes(path), name ?: "", type, timeout, retryUnknown)
        "stream" -> {
            val length = (given["length"] as Number?)?.toLong()
            Files.newInputStream(path).use {
                documents.upload(it, name ?: "", length, type, timeout, retryUnknown)
            }
        }
        else -> throw IllegalArgumentException("a file cannot be uploaded as $form")
    }
}

private suspend fun ofSessions(
    client: Uppzy,
    method: String,
    given: Arguments,
): Any? {
    val (timeout, retryUnknown) = given.timeout to given.retryUnknown
    return when (method) {
        "list" -> client.sessions.list(given.textOrNull("email"), given.query(), timeout, retryUnknown)
        "close" -> client.sessions.close(given.text("session_id"), timeout, retryUnknown)
        "latest_open" -> client.sessions.latestOpen(given.text("email"), timeout, retryUnknown)
        else -> unknown("sessions.$method")
    }
}
