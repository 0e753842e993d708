package com.uppzy

import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import java.io.IOException
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executors
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue

class RuntimeTest : WithSandbox() {
    @Test
    fun `a client that was closed says so, and closing again is nothing`() {
        val client = client()
        client.close()
        client.close()
        assertTrue(client.isClosed)
        assertFailsWith<ClosedException> { runBlocking { client.tenant.limits() } }
        assertFailsWith<ClosedException> { runBlocking { client.forSite("other").site.get() } }
    }

    @Test
    fun `64 threads share a client`() {
        val threads = Executors.newFixedThreadPool(64).asCoroutineDispatcher()
        threads.use { dispatcher ->
            client().use { client ->
                val answers =
                    runBlocking {
                        List(640) { async(dispatcher) { client.chat.send("Question $it", "s-$it") } }.awaitAll()
                    }
                answers.forEachIndexed { index, answer -> assertEquals("s-$index", answer.sessionId) }
                assertEquals(
                    640,
                    client
                        .metrics()
                        .operations
                        .getValue("chat.send")
                        .calls,
                )
            }
        }
        assertEquals(640, journal().size)
    }

    @Test
    fun `what comes after a call never runs where results arrive`() {
        client().use { client ->
            runBlocking(Dispatchers.Unconfined) {
                client.tenant.limits()
                assertNotEquals(ARRIVING, Thread.currentThread().name)
                // Would wait for ever there.
                assertEquals(200, runBlocking { client.tenant.limits() }.meta.httpStatus)
            }
        }
        val arriving = Thread.getAllStackTraces().keys.filter { it.name == ARRIVING }
        assertEquals(listOf(true), arriving.map(Thread::isDaemon))
    }

    @Test
    fun `a program that is done ends by itself, also with a call under way`() {
        rules(mapOf("stall" to "head"))
        val program =
            program(LeavingProgram, emptyList(), sandbox.baseUrl, sandbox.siteId)
                .redirectErrorStream(true)
                .start()
        runBlocking {
            eventually { journal().size == 1 }
            program.outputStream.close()
            assertEquals(
                "left",
                program.inputStream
                    .bufferedReader()
                    .readText()
                    .trim(),
            )
            assertEquals(0, program.waitFor())
            eventually { journal().single()["client_gone"] == true }
        }
    }

    @Test
    fun `a large answer is read off the calling thread`() {
        rules(mapOf("body_bytes" to LARGE))
        client().use { client ->
            runBlocking {
                client.tenant.limits()
                val cpu = ManagementFactory.getThreadMXBean()
                val (before, theirsBefore) = cpu.currentThreadCpuTime to nativeTicks()
                repeat(10) {
                    assertEquals(
                        LARGE,
                        client.tenant
                            .limits()
                            .raw.length,
                    )
                }
                val here = (cpu.currentThreadCpuTime - before) / NANOSECONDS_IN_TICK
                val there = nativeTicks() - theirsBefore
                assertTrue(there > here, "$here ticks here, $there there")
            }
        }
    }

    @Test
    fun `thousands of clients and pending answers come and go without growth`() {
        val pending = client().use { client -> runBlocking { client.chat.submit("Hi", "s") } }
        val kept = client()

        fun round() {
            repeat(5_000) {
                client().use { client -> client.forSite("other") }
                kept.chat.resume(pending.token).token
            }
            collect()
        }
        round()
        val before = residentKilobytes()
        round()
        val grown = residentKilobytes() - before
        kept.close()
        assertTrue(grown < 30_000, "$grown KB more")
    }

    @Test
    fun `clients that were used leave no connection, file or thread behind`() {
        fun round() {
            runBlocking {
                repeat(200) {
                    client().use { client ->
                        client.tenant.limits()
                        client.chat.submit("Hi", "s")
                        assertFailsWith<NotFoundException> { client.forSite("other").site.get() }
                        // One that is still under way when its client goes.
                        val asked = async { client.chat.ask("Hi", sessionId = "s") }
                        yield()
                        asked.cancelAndJoin()
                    }
                }
            }
            collect()
        }
        round()
        val before = held()
        round()
        val grown = held().mapValues { (what, count) -> count - before.getValue(what) }
        assertTrue(grown.values.all { it < 20 }, "$grown more")
    }

    /** How many files and sockets the process has open, and how many threads. */
    private fun held(): Map<String, Int> =
        listOf("fd", "task").associateWith { Path.of("/proc/self/$it").listDirectoryEntries().size }

    /** Frees what nobody has any more, native parts included. */
    private fun collect() {
        repeat(3) {
            System.gc()
            Thread.sleep(100)
        }
    }

    private fun residentKilobytes(): Long =
        Files
            .readAllLines(Path.of("/proc/self/status"))
            .first { it.startsWith("VmRSS:") }
            .filter(Char::isDigit)
            .toLong()

    /** The processor time of the client's own thread, in hundredths of a second. */
    private fun nativeTicks(): Long {
        val ours = Path.of("/proc/self/task").listDirectoryEntries().filter { nameOf(it) == "uppzy" }
        check(ours.isNotEmpty()) { "there is no thread uppzy" }
        return ours.sumOf { thread ->
            // After the name, which may hold anything: the 12th and 13th are times.
            val fields =
                thread
                    .resolve("stat")
                    .readText()
                    .substringAfterLast(") ")
                    .split(' ')
            fields[11].toLong() + fields[12].toLong()
        }
    }

    /** The thread's name; null if it has ended since it was listed, as others of the process do. */
    private fun nameOf(thread: Path): String? =
        try {
            thread.resolve("comm").readText().trim()
        } catch (_: IOException) {
            null
        }

    private companion object {
        const val ARRIVING = "uppzy-results"
        const val LARGE = 5_000_000
        const val NANOSECONDS_IN_TICK = 10_000_000L
    }
}

/** Comes to its end when its input does, while a call waits for its answer. */
object LeavingProgram {
    @OptIn(DelicateCoroutinesApi::class)
    @JvmStatic
    fun main(arguments: Array<String>) {
        val client =
            Uppzy {
                baseUrl = arguments[0]
                siteId = arguments[1]
                bearerToken = "of-nobody"
                environment = emptyMap()
            }
        GlobalScope.launch { client.chat.send("Hi", "s") }
        System.`in`.read()
        println("left")
    }
}
