package com.uppzy.bench

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import okhttp3.Call
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.coroutines.executeAsync
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private val JSON_TYPE = "application/json".toMediaType()
private const val CONNECTIONS = 64

private fun client(connections: Int): OkHttpClient =
    OkHttpClient
        .Builder()
        .dispatcher(
            Dispatcher().apply {
                maxRequests = connections
                maxRequestsPerHost = connections
            },
        ).connectionPool(ConnectionPool(connections, 1, TimeUnit.MINUTES))
        .readTimeout(90, TimeUnit.SECONDS)
        .build()

private fun request(url: String): Request.Builder =
    Request
        .Builder()
        .url(url)
        .header("X-API-Key", KEY)
        .header("Accept", "application/json")

private suspend fun Call.reply(): Reply =
    executeAsync().use { response ->
        check(response.isSuccessful) { "status ${response.code}" }
        reply(response.body.string())
    }

internal fun withOkHttp(
    url: String,
    concurrency: Int,
): Send {
    val client = client(concurrency)
    return {
        checked(client.newCall(request(chat(url)).post(question().toRequestBody(JSON_TYPE)).build()).reply())
    }
}

/** The same job by hand: submit, wait, look, on the same schedule, over as many connections. */
internal suspend fun manyWithOkHttp(
    url: String,
    answers: Int,
) {
    val client = client(CONNECTIONS)
    coroutineScope {
        List(answers) {
            async {
                val submit = request("${chat(url)}/async").post(question().toRequestBody(JSON_TYPE)).build()
                val accepted = client.newCall(submit).reply()
                val began = TimeSource.Monotonic.markNow()
                var gap = 2.seconds
                while (true) {
                    delay(gap)
                    val status = client.newCall(request("${chat(url)}/requests/${accepted.requestId}").build()).reply()
                    if (status.status == "completed") {
                        return@async checked(status)
                    }
                    gap = (began.elapsedNow() * 0.12).coerceIn(1.seconds, 5.seconds)
                }
            }
        }.awaitAll()
    }
}
