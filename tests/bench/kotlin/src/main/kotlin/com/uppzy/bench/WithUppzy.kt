package com.uppzy.bench

import com.uppzy.ChatRequest
import com.uppzy.Uppzy
import kotlinx.coroutines.flow.count
import kotlin.time.Duration.Companion.minutes

private fun client(url: String): Uppzy =
    Uppzy {
        baseUrl = url
        apiKey = KEY
        siteId = "site-bench"
        environment = emptyMap()
    }

@Suppress("UNUSED_PARAMETER")
internal fun withUppzy(
    url: String,
    concurrency: Int,
): Send {
    val uppzy = client(url)
    return {
        val answer = uppzy.chat.send(MESSAGE, sessionId = SESSION)
        check(!answer.answer.isNullOrEmpty() && answer.confidenceScore != null) { "the answer was not the expected one" }
    }
}

internal suspend fun manyWithUppzy(
    url: String,
    answers: Int,
) {
    val questions = List(answers) { ChatRequest(SESSION, MESSAGE) }
    val done =
        client(url).chat.askMany(questions, concurrency = answers, timeout = 5.minutes).count { it.answer != null }
    check(done == answers) { "only $done answers of $answers" }
}
