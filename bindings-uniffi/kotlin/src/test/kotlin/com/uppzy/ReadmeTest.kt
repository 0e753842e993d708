package com.uppzy

import com.uppzy.Uppzy
import com.uppzy.testing.Sandbox
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds

/** The examples of README.md, which are run here and in JavaReadmeTest as they are printed there. */
class ReadmeTest : WithSandbox() {
    private val blocks =
        Regex("```(kotlin|java)\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
            .findAll(Path.of("README.md").readText())
            .map { it.groupValues[1] to it.groupValues[2] }
            .toList()

    @TestFactory
    fun `every line of every example is run`(): List<DynamicTest> {
        assertEquals(4, blocks.size)
        val sources =
            mapOf(
                "kotlin" to Path.of("src/test/kotlin/com/uppzy/ReadmeTest.kt").readText(),
                "java" to Path.of("src/test/java/com/uppzy/JavaReadmeTest.java").readText(),
            ).mapValues { (_, text) -> text.lines().map(String::trim).toSet() }
        return blocks.map { (language, code) ->
            DynamicTest.dynamicTest(code.lines().first { "import" !in it && it.isNotBlank() }) {
                val missing = code.lines().map(String::trim).filter { it !in sources.getValue(language) }
                assertEquals(emptyList(), missing)
            }
        }
    }

    @Test
    fun `an app makes its client for a gateway`() {
        val userToken = "token-1"
        val client =
            Uppzy {
                baseUrl = "https://gateway.example.com/api/v1"
                bearerToken = userToken // from your login; or `headers = mapOf(...)`
                siteId = "site-1"
            }
        client.use { assertEquals("https://gateway.example.com/api/v1", it.baseUrl.trimEnd('/')) }
    }

    private suspend fun ask(client: Uppzy) {
        val answer = client.chat.ask("How do I return a lamp?", sessionId = "u-17")
        println(answer.text)
    }

    private fun Uppzy(): Uppzy = client()

    @Test
    fun `a server asks in three ways`() =
        runBlocking {
            val questions = listOf(ChatRequest("many-1", "One?"), ChatRequest("many-2", "Two?"))
            Uppzy().use { client ->
                // One answer, up to 90 s.
                val answer = client.chat.ask("When are you open?", sessionId = "ticket-1", timeout = 90.seconds)

                // A worker: hand in, keep the token, go on later and anywhere.
                val token = client.chat.submit("Where are you?", sessionId = "ticket-2").token
                val later = client.chat.resume(token).result()

                // Many at once, as they come.
                client.chat.askMany(questions, concurrency = 200).collect { outcome ->
                    println("${outcome.index}: ${outcome.answer?.text ?: outcome.error}")
                }
                assertTrue(answer.text.isNotEmpty() && later.text.isNotEmpty())
                ask(client)
            }
            assertEquals(5, journal().count { it["operation"] == "chat.submit" })
        }

    @Test
    fun `a test starts the sandbox`() =
        runBlocking {
            Sandbox.start().use { sandbox ->
                Uppzy(sandbox.config()).use { client -> println(client.chat.ask("Are you open?", "test-1").text) }
            }
        }
}
