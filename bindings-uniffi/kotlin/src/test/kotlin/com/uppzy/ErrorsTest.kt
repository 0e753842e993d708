package com.uppzy

import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.generated.errorTable
import com.uppzy.internal.generated.internalFault
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue

class ErrorsTest : WithSandbox() {
    @Test
    fun `every kind of the table has a class below its group`() {
        NativeLibrary.load()
        val table = errorTable()
        assertTrue(table.size >= 26, "${table.size} rows")
        for (row in table) {
            val error = UppzyException.of(internalFault("a reason").copy(kind = row.kind))
            assertEquals(row.className.removeSuffix("Error"), error.javaClass.simpleName.removeSuffix("Exception"))
            val group = row.group.replace("Error", "Exception")
            assertEquals(group, error.javaClass.superclass.simpleName, row.kind)
            assertEquals(row.kind, error.kind)
        }
    }

    @Test
    fun `a kind of a later version is a leaf of its own`() {
        NativeLibrary.load()
        val error = UppzyException.of(internalFault("a reason").copy(kind = "brand_new"))
        assertIs<UnknownUppzyException>(error)
        assertEquals("brand_new", error.kind)
        assertEquals("a reason", error.message)
    }

    @Test
    fun `an error says what happened and what to do`() {
        rules(mapOf("status" to 429, "headers" to mapOf("Retry-After" to "90")))
        val error =
            assertFailsWith<RateLimitException> {
                runBlocking { client().use { it.chat.send("canary-text", "s", email = "canary@example.com") } }
            }
        assertEquals("rate_limit", error.kind)
        assertEquals("chat.send", error.operation)
        assertTrue(error.message!!.startsWith("chat.send: "), error.message)
        assertEquals(429, error.httpStatus)
        assertEquals(90, error.retryAfter!!.inWholeSeconds)
        assertEquals(Outcome.REJECTED, error.outcome)
        assertEquals(1, error.attempts.size)
        assertEquals("retry_after_too_long", error.retryStoppedBy)
        val verdict = assertIs<QueueVerdict.RetryIn>(error.queueVerdict())
        assertEquals(90, verdict.delay.inWholeSeconds)
        for (text in listOf(error.toString(), error.toJson(), error.report(), error.hint, error.userMessage)) {
            assertFalse("canary" in text, text)
            assertFalse(sandbox.apiKey in text, text)
        }
    }

    @Test
    fun `a cause is an exception of its own`() {
        rules(mapOf("status" to 500))
        val error =
            assertFailsWith<UppzyException> {
                runBlocking {
                    client {
                        clock =
                            com.uppzy.testing.TestClock
                                .virtual(1)
                    }.use {
                        it.chat.ask("Hi", "s", timeout = kotlin.time.Duration.ZERO)
                    }
                }
            }
        assertNotNull(error.kind)
        val causes = generateSequence(error.cause) { it.cause }.toList()
        assertTrue(causes.all { it is UppzyException }, causes.toString())
    }

    @Test
    fun `a setting that cannot be used is named`() {
        val error = assertFailsWith<ConfigException> { client { apiKey = "a\nb" } }
        assertEquals("api_key", error.field)
        val input = assertFailsWith<InvalidInputException> { client { timeout = -kotlin.time.Duration.INFINITE } }
        assertEquals("timeout", input.field)
        assertFailsWith<InvalidInputException> { client { maxInFlight = -1 } }
    }
}
