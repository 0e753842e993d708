package com.uppzy.canary

import com.uppzy.WithSandbox
import com.uppzy.program
import com.uppzy.scenarios.fields
import com.uppzy.scenarios.json
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.createDirectory
import kotlin.io.path.isRegularFile
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** Nothing of a key or a person comes out of the package, whatever happens and wherever one looks. */
class CanaryTest : WithSandbox() {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `nothing planted comes out`() {
        sandbox.control("POST", "/keys", mapOf("add" to PLANTS["key"]))
        val home = folder.resolve("process").createDirectory()
        val code = EchoServer().use { runProgram(home, it) }
        val printed = folder.resolve("output").readText()
        val logged = folder.resolve("errors").readText()
        assertEquals(1, code, logged.takeLast(LAST))
        assertTrue("com.uppzy.BadRequestException" in logged.takeLast(LAST), "it ends with an error that nobody caught")
        assertTrue("Exception in thread \"DefaultDispatcher" in logged, "and so does a coroutine of its own")
        assertTrue("com.sun.jna" in logged, "the most verbose log has to be there")
        assertFalse("panicked at" in printed + logged, logged.takeLast(LAST))
        val written = fields(json.readValue(folder.resolve("seen").readText(), Map::class.java))
        assertTrue(written["count"] as Int > LEAST_SEEN, "${written["count"]} sightings")
        assertEquals(emptySet(), EXPECTED - (written["kinds"] as List<*>).toSet())
        val found = leaks("standard output", printed) + leaks("standard error", logged) + leftIn(home) + seen(written)
        assertTrue(found.isEmpty(), "${found.size} leaks:\n${found.take(SHOWN).joinToString("\n")}")
    }

    @Test
    fun `a leak is found`() {
        for (plant in PLANTS.values) {
            assertEquals(1, leaks("there", "before $plant after").size, plant)
            assertEquals(1, leaks("there", json.writeValueAsString(mapOf("a" to plant.drop(3).take(15)))).size, plant)
            assertEquals(1, leaks("there", plant.toByteArray().toString(Charsets.ISO_8859_1)).size, plant)
        }
        assertEquals(emptyList(), leaks("there", "a key, a message and an address: [redacted]"))
    }

    /** Runs the program to its end, in a folder that is all it knows. */
    private fun runProgram(
        home: Path,
        echoes: EchoServer,
    ): Int {
        val given =
            mapOf(
                "plants" to PLANTS,
                "sandbox" to
                    mapOf(
                        "base_url" to sandbox.baseUrl,
                        "tenant_id" to sandbox.tenantId,
                        "site_id" to sandbox.siteId,
                        "control_url" to sandbox.controlUrl,
                    ),
                "echo_url" to echoes.url,
                "forms" to EchoServer.FORMS,
                "seen" to folder.resolve("seen").toString(),
            )
        val options = listOf("-Duser.home=$home", "-Djava.io.tmpdir=$home", "-Dkotlinx.coroutines.debug=on", "-ea")
        val builder = program(CanaryProgram, options)
        builder.environment().run {
            val path = getValue("PATH")
            clear()
            putAll(mapOf("PATH" to path, "HOME" to "$home", "TMPDIR" to "$home"))
            putAll(mapOf("RUST_LOG" to "trace", "RUST_BACKTRACE" to "full"))
        }
        builder
            .directory(home.toFile())
            .redirectOutput(folder.resolve("output").toFile())
            .redirectError(folder.resolve("errors").toFile())
        val process = builder.start()
        process.outputStream.use { it.write(json.writeValueAsBytes(given)) }
        return process.waitFor()
    }

    private fun seen(written: Map<String, Any?>): List<String> =
        (written["seen"] as List<*>).flatMap { sighting ->
            val (place, text) = sighting as List<*>
            leaks(place as String, text as String)
        }

    /** What the process has left in its folder. */
    private fun leftIn(home: Path): List<String> =
        Files.walk(home).use { files ->
            files.toList().flatMap { file ->
                val content = if (file.isRegularFile()) file.readBytes().toString(Charsets.ISO_8859_1) else ""
                leaks("the name of a file", file.name) + leaks("$file", content)
            }
        }

    private companion object {
        const val LAST = 9_000
        const val LEAST_SEEN = 5_000
        const val SHOWN = 20
        val EXPECTED =
            setOf(
                "authentication",
                "bad_request",
                "chat_failed",
                "closed",
                "config",
                "connection_lost",
                "file_read",
                "invalid_input",
                "not_found",
                "poll_timeout",
                "rate_limit",
                "response_decode",
                "server",
                "service_unavailable",
                "unexpected_status",
            )
    }
}
