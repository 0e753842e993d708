package com.uppzy.canary

import com.uppzy.ChatRequest
import com.uppzy.Feedback
import com.uppzy.RetryPolicy
import com.uppzy.SessionIds
import com.uppzy.Uppzy
import com.uppzy.UppzyConfig
import com.uppzy.UppzyException
import com.uppzy.java.UppzyClient
import com.uppzy.scenarios.Fields
import com.uppzy.scenarios.fields
import com.uppzy.scenarios.json
import com.uppzy.testing.TestClock
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Path
import java.util.concurrent.CompletionException
import java.util.logging.ConsoleHandler
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.io.path.deleteExisting
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.seconds

/** Makes every call with planted words, and writes down all that can be seen of it from outside. */
object CanaryProgram {
    @JvmStatic
    fun main(arguments: Array<String>) {
        logEverything()
        val given = fields(json.readValue(System.`in`, Map::class.java))
        runBlocking { Canary(given).run() }
    }

    /** Whatever any library of the process says. */
    private fun logEverything() {
        val root = Logger.getLogger("")
        root.level = Level.ALL
        root.handlers.forEach(root::removeHandler)
        root.addHandler(ConsoleHandler().apply { level = Level.ALL })
    }
}

private class Canary(
    private val given: Fields,
) {
    private val key = plant("key")
    private val bearer = plant("bearer")
    private val header = plant("header")
    private val message = plant("message")
    private val answer = plant("answer")
    private val title = plant("title")
    private val email = plant("email")
    private val sightings = Sightings()

    /** Not the library's own requests: these hold plants. */
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    private fun plant(name: String) = fields(given["plants"]).getValue(name) as String

    private fun text(name: String) = given.getValue(name) as String

    /** Does all of it, writes it down, and ends with an error that nobody catches. */
    suspend fun run() {
        refusals()
        withSandbox()
        withEchoes()
        fromJava()
        inACoroutineOfNobody()
        sightings.write(Path.of(text("seen")))
        val client = echoed("text/400") { apiKey = key }
        client.chat.send(message, "s-1", email)
    }

    private suspend fun <Result> call(
        place: String,
        make: suspend () -> Result,
    ): Result? =
        try {
            make().also { sightings.note(place, it) }
        } catch (error: UppzyException) {
            sightings.noteError(place, error)
            null
        }

    /** A client whose waits take no time, and which meets the server with every call. */
    private fun client(configure: UppzyConfig.() -> Unit): Uppzy {
        val config = UppzyConfig()
        config.environment = emptyMap()
        config.clock = TestClock.virtual(1, silence = 10.seconds)
        config.retry = RetryPolicy(maxAttempts = 2)
        config.configure()
        sightings.note("configuration", config)
        return Uppzy(config)
    }

    private fun echoed(
        way: String,
        configure: UppzyConfig.() -> Unit,
    ): Uppzy =
        client {
            baseUrl = "${text("echo_url")}/$way"
            tenantId = "t-1"
            siteId = "s-1"
            configure()
        }

    /** What is refused before anything is sent. */
    private suspend fun refusals() {
        val refused =
            listOf<UppzyConfig.() -> Unit>(
                { apiKey = "$key\n" },
                { apiKey = "${key}é" },
                {
                    apiKey = key
                    bearerToken = bearer
                },
                {
                    apiKey = key
                    proxy = "ht!tp://user:$key@proxy:1"
                },
                {
                    apiKey = key
                    baseUrl = "https://user:$key@host.test/"
                },
                {
                    apiKey = key
                    headers = mapOf("x-gateway" to "$header\n")
                },
                { environment = mapOf("UPPZY_API_KEY" to "$key\r") },
            )
        for ((number, configure) in refused.withIndex()) {
            val config = UppzyConfig().apply { environment = emptyMap() }.apply(configure)
            sightings.note("configuration", config)
            call("refusal $number") { Uppzy(config) }
        }
        val made =
            client {
                apiKey = key
                siteId = "s"
            }
        call("refused key") { made.setApiKey("$key\n") }
        call("refused token") { made.chat.resume(message) }
        call("refused token") { made.chat.resume("v1.$key") }
        call("refused file") { made.documents.upload(Path.of("/no/such/file")) }
        made.close()
        call("closed") { made.site.get() }
        val ids = SessionIds(plant("secret"))
        sightings.note("session ids", ids, ids.perUser(email))
    }

    /** Calls that go well, and those that meet each fault. */
    private suspend fun withSandbox() {
        val options = fields(given["sandbox"])
        val client =
            client {
                baseUrl = options.getValue("base_url") as String
                tenantId = options.getValue("tenant_id") as String
                siteId = options.getValue("site_id") as String
                apiKey = key
                headers = mapOf("x-gateway" to header)
            }
        val events = client.events(EVENTS)
        client.documents.createQa(title, message, answer)
        val found = client.chat.ask(message, "s-0", email)
        check(found.text == answer) { "the planted answer has to come" }
        everything("success", client)
        for (effect in faults) {
            control("PUT", "/rules", listOf(mapOf("effect" to effect)))
            everything(json.writeValueAsString(effect.keys), client)
        }
        control("DELETE", "/rules")
        control("PUT", "/progression", mapOf("mode" to "fail", "error" to "cannot answer $message for $email"))
        call("failed") { client.chat.ask(message, "s-0", email) }
        val failing = client.chat.submit(message, "s-0", email)
        call("failed") { failing.pollOnce() }
        // Where nobody knows the question any more.
        call("failed") { client.chat.pollOnce(failing.token) }
        call("failed") { client.chat.resume(failing.token).result() }
        control("PUT", "/progression", mapOf("mode" to "never"))
        call("never") { client.chat.ask(message, "s-0", email, timeout = 9.seconds) }
        val read = events.read()
        check(read.size > FEWEST_EVENTS) { "${read.size} events" }
        sightings.note("events", events)
        read.forEach {
            sightings.note("events", it)
            sightings.noteFields("events", it)
        }
        client.close()
    }

    private val faults: List<Fields> =
        listOf(
            mapOf("reset" to "after"),
            mapOf("truncate" to 60),
            mapOf("garbage" to true),
            mapOf("redirect" to "https://elsewhere.test/?email=$email"),
            mapOf("patch" to mapOf("request_id" to null, "id" to null, "status" to null)),
            mapOf("status" to 500, "process" to true),
            mapOf("status" to 503, "process" to true, "headers" to mapOf("Retry-After" to "90")),
            mapOf("status" to 404, "process" to true),
        )

    /** A server that says back headers, path and body in every form, under every status. */
    private suspend fun withEchoes() {
        for (status in listOf(200, 400, 401, 429, 500)) {
            for (form in given.getValue("forms") as List<*>) {
                echoed("$form/$status") { apiKey = key }.use { everything("$form $status", it) }
            }
        }
        val gateway =
            echoed("text/500") {
                bearerToken = bearer
                headers = mapOf("x-gateway" to header)
            }
        gateway.use { everything("gateway", it) }
    }

    /** Every operation that carries something of a person, and some that do not. */
    private suspend fun everything(
        place: String,
        client: Uppzy,
    ) {
        questions(place, client)
        documents(place, client)
        with(client) {
            call("$place person") { site.userStatistics(email) }
            call("$place widget") { site.updateWidgetConfig(mapOf("footer" to "Made of lamps")) }
            call("$place sessions") { sessions.list(email) }
            call("$place latest") { sessions.latestOpen(email) }
            call("$place close") { sessions.close("s-9") }
            call("$place limits") { tenant.limits() }
            sightings.note("$place client", this, tenant, site, documents, chat, sessions)
        }
        val metrics = client.metrics()
        sightings.note("$place metrics", metrics, metrics.toPrometheus())
        sightings.noteFields("$place metrics", metrics)
    }

    private suspend fun questions(
        place: String,
        client: Uppzy,
    ) {
        val chat = client.chat
        call("$place send") { chat.send(message, "s-1", email) }
        call("$place ask") { chat.ask(message, "s-1", email, timeout = 60.seconds) }
        call("$place fallback") { chat.askWithFallback(message, "s-1", answer, email, timeout = 60.seconds) }
        call("$place submit") { chat.submit(message, "s-1", email) }?.let { pending ->
            sightings.note("$place token", pending.token)
            call("$place status") { pending.status() }
            call("$place poll") { pending.pollOnce() }
            call("$place poll") { chat.pollOnce(pending.token) }
            call("$place states") { pending.states().toList() }
            chat
                .waitMany(
                    listOf(pending.token),
                    timeout = 20.seconds,
                ).collect { sightings.note("$place wait many", it) }
        }
        val questions = listOf(ChatRequest("s-1", message, email), ChatRequest("s-2", message))
        sightings.note("$place questions", questions)
        chat.askMany(questions, timeout = 60.seconds).collect { sightings.note("$place ask many", it, it.progress) }
        call("$place status") { chat.status("req_1") }
        call("$place feedback") { chat.feedback("s-1", "req_1", Feedback.BAD) }
    }

    private suspend fun documents(
        place: String,
        client: Uppzy,
    ) {
        val bytes = "All lamps hum.".toByteArray()
        val file = Path.of("lamps.txt").toAbsolutePath()
        file.writeText("All lamps hum.")
        with(client.documents) {
            call("$place list") { list() }
            call("$place text") { createText(title, answer) }
            call("$place qa") { createQa(title, message, answer) }
            call("$place update") { update("doc-1", mapOf("title" to title, "content" to answer)) }
            call("$place file") { upload(file) }
            call("$place bytes") { upload(bytes, "a.txt") { sightings.note("$place progress", it) } }
            call("$place stream") { upload(bytes.inputStream(), "a.txt") }
        }
        file.deleteExisting()
    }

    /** What Java sees: futures that wrap what went wrong. */
    private fun fromJava() {
        val builder =
            UppzyClient
                .builder()
                .environment(emptyMap())
                .baseUrl("${text("echo_url")}/nested/400")
                .siteId("s-1")
                .apiKey(key)
                .headers(mapOf("x-gateway" to header))
        val request = ChatRequest.builder("s-1", message).email(email)
        builder.build().use { client ->
            val future = client.chat().send(request.build())
            try {
                sightings.note("future", future.join())
            } catch (wrapped: CompletionException) {
                sightings.note("future", wrapped, wrapped.stackTraceToString())
                sightings.noteError("future", wrapped.cause as UppzyException)
            }
            sightings.note("java", builder, request, client, client.chat(), client.documents(), future)
        }
    }

    /** An error in a coroutine that nobody waits for is printed by the virtual machine. */
    @OptIn(DelicateCoroutinesApi::class)
    private suspend fun inACoroutineOfNobody() {
        val client = echoed("text/400") { apiKey = key }
        GlobalScope.launch { client.chat.send(message, "s-1", email) }.join()
        client.close()
    }

    private fun control(
        method: String,
        path: String,
        body: Any? = null,
    ) {
        val content = HttpRequest.BodyPublishers.ofString(body?.let(json::writeValueAsString).orEmpty())
        val request =
            HttpRequest
                .newBuilder(URI("${fields(given["sandbox"])["control_url"]}$path"))
                .method(method, if (body == null) HttpRequest.BodyPublishers.noBody() else content)
                .header("content-type", "application/json")
                .build()
        val response = http.send(request, HttpResponse.BodyHandlers.discarding())
        check(response.statusCode() < FIRST_FAILURE) { "$method $path: ${response.statusCode()}" }
    }

    private companion object {
        const val EVENTS = 10_000
        const val FEWEST_EVENTS = 50
        const val FIRST_FAILURE = 400
    }
}
