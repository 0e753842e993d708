package com.uppzy

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

class CancellationTest : WithSandbox() {
    private val stalled = mapOf("stall" to "head")

    @Test
    fun `a coroutine that was cancelled before sends nothing`() =
        runBlocking {
            client().use { client ->
                supervisorScope {
                    val calls: List<suspend () -> Any?> =
                        listOf(
                            { client.chat.send("Hi", "s") },
                            { client.tenant.limits() },
                            { client.documents.upload("x".toByteArray(), "x.txt") },
                            { client.chat.askMany(listOf(ChatRequest("s", "Hi"))).first() },
                        )
                    for (call in calls) {
                        val job =
                            async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
                                cancel()
                                call()
                            }
                        assertFailsWith<CancellationException> { job.await() }
                    }
                }
                delay(50.milliseconds)
                assertEquals(emptyList(), journal())
            }
        }

    @Test
    fun `a cancel in flight releases the socket`() =
        runBlocking {
            rules(stalled)
            client().use { client ->
                supervisorScope {
                    val call = async { client.chat.send("Hi", "s") }
                    eventually { journal().size == 1 }
                    call.cancel()
                    assertFailsWith<CancellationException> { call.await() }
                    eventually { journal().first()["client_gone"] == true }
                    assertEquals(1, journal().size)
                }
            }
        }

    @Test
    fun `withTimeout stops the request`() =
        runBlocking {
            rules(stalled)
            client().use { client ->
                assertFailsWith<TimeoutCancellationException> {
                    withTimeout(300.milliseconds) { client.chat.send("Hi", "s") }
                }
                eventually { journal().first()["client_gone"] == true }
            }
        }

    @Test
    fun `a cancel in a wait for an answer sends nothing more`() =
        runBlocking {
            sandbox.control("PUT", "/progression", mapOf("mode" to "never"))
            val step = 20.milliseconds
            client { poll = PollSchedule(first = step, least = step, most = step) }.use { client ->
                supervisorScope {
                    val call = async { client.chat.ask("Hi", "s") }
                    eventually { journal().size >= 3 }
                    call.cancel()
                    assertFailsWith<CancellationException> { call.await() }
                    // One may have been on its way.
                    delay(100.milliseconds)
                    val seen = journal().size
                    delay(200.milliseconds)
                    assertEquals(seen, journal().size)
                }
            }
        }

    @Test
    fun `a collector that leaves ends the asking`() =
        runBlocking {
            client().use { client ->
                val questions = List(50) { ChatRequest("s-$it", "Question $it") }
                val first = client.chat.askMany(questions, concurrency = 1).first()
                assertEquals(0, first.index)
                delay(100.milliseconds)
                val seen = journal().size
                assertTrue(seen < 100, "$seen requests")
                delay(200.milliseconds)
                assertEquals(seen, journal().size)
            }
        }
}
