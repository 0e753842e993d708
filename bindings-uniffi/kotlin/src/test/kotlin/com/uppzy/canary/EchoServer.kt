package com.uppzy.canary

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import com.uppzy.scenarios.json
import java.net.InetAddress
import java.net.InetSocketAddress

/** Says back what it was sent: in the form and under the status that the path begins with. */
class EchoServer : AutoCloseable {
    private val server: HttpServer

    init {
        // Head and body go out at once: else each answer waits for an acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true")
        server = HttpServer.create(InetSocketAddress(InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1)), 0), 0)
        server.createContext("/") { exchange ->
            try {
                answer(exchange)
            } finally {
                exchange.close()
            }
        }
        server.start()
    }

    /** Where it is; a form and a status are to follow. */
    val url: String get() = "http://127.0.0.1:${server.address.port}"

    private fun answer(exchange: HttpExchange) {
        val body = exchange.requestBody.readAllBytes().decodeToString()
        val path = exchange.requestURI.rawPath.split("/")
        val (form, status) = path[1] to path[2].toInt()
        val rest = path.drop(FIRST_OF_REST)
        val secrets = SECRET_HEADERS.mapNotNull(exchange.requestHeaders::getFirst)
        val answer = echo(form, body, rest, secrets).toByteArray()
        exchange.responseHeaders.set("content-type", "application/json")
        exchange.responseHeaders.set("x-request-id", secrets.firstOrNull().orEmpty())
        exchange.sendResponseHeaders(status, answer.size.toLong())
        exchange.responseBody.write(answer)
    }

    private fun echo(
        form: String,
        body: String,
        path: List<String>,
        secrets: List<String>,
    ): String {
        val words = "$body of ${path.joinToString("/")} with ${secrets.joinToString(" ")}"
        val first = secrets.firstOrNull().orEmpty()
        return when (form) {
            "text" -> written(mapOf("error" to words))
            "code" -> written(mapOf("code" to first, "error" to first, "type" to path.last()))
            "nested" -> written(mapOf("error" to mapOf("message" to words), "request" to body))
            "list" -> written(listOf(words, listOf(body)))
            "in_text" -> written(mapOf("detail" to "bad body: $body"))
            "html" -> "<html><pre>$words</pre></html>"
            "cut" -> written(mapOf("you sent" to words)).dropLast(CUT)
            else -> error("there is no form $form")
        }
    }

    private fun written(value: Any): String = json.writeValueAsString(value)

    override fun close(): Unit = server.stop(0)

    /** How it says things back. */
    companion object {
        /** All forms. */
        val FORMS = listOf("text", "code", "nested", "list", "in_text", "html", "cut")
        private val SECRET_HEADERS = listOf("x-api-key", "authorization", "x-gateway")
        private const val FIRST_OF_REST = 3
        private const val CUT = 9
    }
}
