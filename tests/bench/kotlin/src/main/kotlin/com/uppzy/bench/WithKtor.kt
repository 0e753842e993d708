package com.uppzy.bench

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.content.TextContent
import io.ktor.http.isSuccess

internal fun withKtor(
    url: String,
    concurrency: Int,
): Send {
    val client =
        HttpClient(CIO) {
            engine {
                maxConnectionsCount = concurrency
                endpoint.maxConnectionsPerRoute = concurrency
                requestTimeout = 90_000
            }
        }
    return {
        val response =
            client.post(chat(url)) {
                header("X-API-Key", KEY)
                header("Accept", "application/json")
                setBody(TextContent(question(), ContentType.Application.Json))
            }
        check(response.status.isSuccess()) { "status ${response.status}" }
        checked(reply(response.bodyAsText()))
    }
}
