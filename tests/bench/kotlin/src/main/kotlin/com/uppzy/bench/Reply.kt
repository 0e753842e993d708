/** The question and the answer of the clients that know nothing of the API. */
package com.uppzy.bench

import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

internal const val KEY = "bench-key-0123456789"
internal const val MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?"
internal const val SESSION = "bench-session"

@Serializable
internal data class Question(
    @SerialName("session_id") val sessionId: String,
    val message: String,
)

/** An answer as an application would hold it. */
@Serializable
internal data class Reply(
    @SerialName("session_id") val sessionId: String,
    @SerialName("request_id") val requestId: String,
    val answer: String? = null,
    @SerialName("confidence_level") val confidenceLevel: String? = null,
    @SerialName("confidence_score") val confidenceScore: Double? = null,
    val status: String? = null,
)

internal val JSON = Json { ignoreUnknownKeys = true }

internal fun question(): String = JSON.encodeToString(Question(SESSION, MESSAGE))

internal fun reply(text: String): Reply = JSON.decodeFromString(text)

internal fun checked(reply: Reply) {
    check(!reply.answer.isNullOrEmpty() && reply.confidenceScore != null) { "the answer was not the expected one" }
}

internal fun chat(url: String): String = "$url/m2m/sites/site-bench/chat"
