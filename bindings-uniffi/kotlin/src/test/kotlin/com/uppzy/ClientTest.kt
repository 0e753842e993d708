package com.uppzy

import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.generated.defaultPoll
import com.uppzy.internal.generated.defaultRetry
import com.uppzy.internal.generated.operationNames
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import java.io.IOException
import java.io.InputStream
import java.math.BigInteger
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue

class ClientTest : WithSandbox() {
    @Test
    fun `defaults are those of the core`() {
        NativeLibrary.load()
        assertEquals(defaultRetry(), RetryPolicy().lowered())
        assertEquals(defaultPoll(), PollSchedule().lowered())
    }

    @Test
    fun `every operation is a method of its family`() {
        NativeLibrary.load()
        val families =
            mapOf(
                "tenant" to Tenant::class.java,
                "site" to Site::class.java,
                "documents" to Documents::class.java,
                "chat" to Chat::class.java,
                "sessions" to Sessions::class.java,
            )
        for (name in operationNames()) {
            val (family, operation) = name.split('.')
            val method = operation.replace(Regex("_(.)")) { it.groupValues[1].uppercase() }
            val methods = families.getValue(family).methods.map { it.name.substringBefore('-') }
            assertTrue(method in methods, name)
        }
    }

    @Test
    fun `half a character becomes a replacement and not an exception`() {
        client().use { client ->
            val answer = runBlocking { client.chat.send("cut \uD83D off", "s") }
            assertTrue(answer.text.isNotEmpty())
        }
    }

    @Test
    fun `a patch is plain data, and what JSON has no form for is refused`() {
        client().use { client ->
            runBlocking {
                val patch = mapOf("a" to listOf(1, 2.5, null, true), "b" to mapOf("c" to BigInteger.TEN))
                val changed = client.site.updateWidgetConfig(patch)
                assertEquals(200, changed.meta.httpStatus)
                val endless =
                    assertFailsWith<InvalidInputException> {
                        client.site.updateWidgetConfig(mapOf("a" to Double.NaN))
                    }
                assertEquals("patch", endless.field)
                assertFailsWith<InvalidInputException> { client.site.updateWidgetConfig(mapOf("a" to this)) }
                assertFailsWith<InvalidInputException> { client.tenant.usage(mapOf("a" to mapOf("b" to 1))) }
            }
        }
    }

    @Test
    fun `a stream that breaks is a file that cannot be read`() {
        val broken =
            object : InputStream() {
                override fun read(): Int = throw IOException("it broke")
            }
        client().use { client ->
            assertFailsWith<FileReadException> {
                runBlocking { client.documents.upload(broken, "a.txt") }
            }
        }
    }

    @Test
    fun `progress is told up to the end`() {
        client().use { client ->
            val told = mutableListOf<UploadProgress>()
            val content = ByteArray(300_000) { 'x'.code.toByte() }
            runBlocking { client.documents.upload(content, "x.txt", onProgress = told::add) }
            assertTrue(told.isNotEmpty())
            assertEquals(told.last().total, told.last().sent)
            assertTrue(told.zipWithNext().all { (one, next) -> one.sent <= next.sent })
        }
    }

    @Test
    fun `events end with the client`() {
        val client = client()
        val events = client.events()
        val seen = mutableListOf<Event>()
        runBlocking {
            val collecting = launch { seen += events.toList() }
            client.chat.send("canary-text", "canary-session")
            client.close()
            collecting.join()
        }
        assertEquals(listOf("call_started", "attempt", "call_ended"), seen.map { it.name })
        assertIs<Event.CallEnded>(seen.last())
        assertEquals(0, events.dropped)
        assertFalse(seen.any { "canary" in it.toString() })
    }

    @Test
    fun `what is printed holds no text of a person`() {
        client().use { client ->
            val answer = runBlocking { client.chat.ask("canary-text", "s", email = "canary@example.com") }
            assertTrue(answer.text.isNotEmpty())
            assertFalse(answer.text in answer.toString(), answer.toString())
            assertFalse(sandbox.apiKey in client.toString())
            assertFalse("canary" in ChatRequest("s", "canary-text", "canary@example.com").toString())
            val again = runBlocking { client.chat.status(answer.requestId) }
            assertEquals(RequestStatus.COMPLETED, again.status)
            assertFalse(answer.text in again.toString())
        }
    }

    @Test
    fun `a token is taken up by another client, and the states end with the final one`() {
        val token = client().use { runBlocking { it.chat.submit("Are you open?", "s").token } }
        client().use { client ->
            runBlocking {
                val states =
                    client.chat
                        .resume(token)
                        .states()
                        .toList()
                assertTrue(states.last().isFinished)
                assertIs<PollOutcome.Completed>(client.chat.pollOnce(token))
                val waited =
                    client.chat
                        .waitMany(listOf(token, "v1.damaged"))
                        .toList()
                        .sortedBy { it.index }
                assertTrue(waited[0].getOrThrow().text.isNotEmpty())
                assertFailsWith<InvalidInputException> { waited[1].getOrThrow() }
            }
        }
    }
}
