package com.uppzy.scenarios

import java.io.IOException
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration

private val METHODS =
    mapOf(
        "rules" to "PUT",
        "progression" to "PUT",
        "latency" to "PUT",
        "plan" to "PUT",
        "limits" to "PUT",
        "keys" to "POST",
        "clock" to "POST",
        "journal" to "DELETE",
    )

/** The sandbox is on this machine. */
private val LONGEST: Duration = Duration.ofSeconds(30)
private val http: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

/** One space of a sandbox. */
class Control(
    private val root: String,
) : AutoCloseable {
    /** What the sandbox says of the space: `base_url`, `api_key`, `tenant_id` and more. */
    val space: Fields = send("POST", "$root/spaces", emptyMap<String, Any?>())
    private val url = text("control_url")

    fun text(name: String): String = space.getValue(name) as String

    /** Changes settings: each is named after its path, and its value is the body. */
    fun change(settings: Fields) {
        for ((name, body) in settings) {
            val method = METHODS.getValue(name)
            send(method, "$url/$name", if (method == "DELETE") null else body)
        }
    }

    /** The journal, oldest entry first. */
    fun journal(): List<Fields> = (send("GET", "$url/journal")["entries"] as List<*>).map(::fields)

    /** How many connections have carried requests to the space. */
    fun connections(): Any? = send("GET", "$url/stats")["connections_total"]

    override fun close() {
        send("DELETE", "$root/spaces/${text("name")}")
    }

    private fun send(
        method: String,
        url: String,
        body: Any? = null,
    ): Fields {
        val content =
            if (body == null) {
                HttpRequest.BodyPublishers.noBody()
            } else {
                HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body))
            }
        val request =
            HttpRequest
                .newBuilder(URI(url))
                .method(method, content)
                .timeout(LONGEST)
                .build()
        val answer = http.send(request, HttpResponse.BodyHandlers.ofString())
        if (answer.statusCode() !in 200..299) {
            throw IOException("$method $url: ${answer.statusCode()} ${answer.body()}")
        }
        return fields(json.readValue(answer.body(), Map::class.java))
    }
}
