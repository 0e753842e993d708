import com.uppzy.testing.Sandbox
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.readText
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue

/** Longest time of a program, in seconds. */
private const val LONGEST = 120L

/** Runs every example as a program of its own. */
class ExamplesTest {
    private lateinit var sandbox: Sandbox

    @TempDir
    lateinit var folder: Path

    @BeforeEach
    fun start() {
        sandbox = Sandbox.start()
    }

    @AfterEach
    fun stop() {
        sandbox.close()
    }

    private class Ended(
        val code: Int,
        val output: String,
        val errors: String,
    )

    private fun run(
        command: List<String>,
        variables: Map<String, String>,
        input: String = "",
    ): Ended {
        val (output, errors) = folder.resolve("output").toFile() to folder.resolve("errors").toFile()
        val builder = ProcessBuilder(command).redirectOutput(output).redirectError(errors)
        builder.environment().keys.removeIf { it.startsWith("UPPZY_") }
        builder.environment().putAll(variables)
        val process = builder.start()
        process.outputStream.use { it.write(input.toByteArray()) }
        if (!process.waitFor(LONGEST, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor()
        }
        return Ended(process.exitValue(), output.readText(), errors.readText())
    }

    private fun example(
        name: String,
        vararg arguments: String,
        variables: Map<String, String> = sandbox.environment(),
        input: String = "",
    ): Ended {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val command = listOf(java, "-cp", System.getProperty("java.class.path"), "${name}Kt")
        return run(command + arguments, variables, input)
    }

    private fun journal(operation: String): List<*> =
        sandbox.control("GET", "/journal?operation=$operation")["entries"] as List<*>

    @Test
    fun `quickstart creates, asks and rates`() {
        val ended = example("Quickstart")
        assertEquals(0, ended.code, ended.errors)
        assertTrue("30 days" in ended.output, ended.output)
        assertTrue("rated for the first time: true" in ended.output, ended.output)
    }

    @Test
    fun `quickstart says what is wrong with the key`() {
        val ended = example("Quickstart", variables = sandbox.environment() + ("UPPZY_API_KEY" to "wrong-key"))
        assertEquals(1, ended.code)
        assertTrue("UPPZY_API_KEY" in ended.errors, ended.errors)
        assertFalse("wrong-key" in ended.errors, ended.errors)
    }

    @Test
    fun `a question that one process hands in is answered by another`() {
        val jobs = folder.resolve("jobs").toString()
        for (question in listOf("When are you open?", "Where are you?")) {
            val submitted = example("Worker", "submit", jobs, question)
            assertEquals(0, submitted.code, submitted.errors)
        }
        val swept = example("Worker", "sweep", jobs)
        assertEquals(0, swept.code, swept.errors)
        assertTrue("job 1 answered" in swept.output && "job 2 answered" in swept.output, swept.output)
        assertTrue(Files.size(folder.resolve("jobs/1.answer")) > 0)
        assertEquals(2, journal("chat.submit").size)
    }

    @Test
    fun `an app asks through the gateway, and a foreign session is refused`() {
        val python = checkNotNull(System.getenv("UPPZY_PYTHON")) { "UPPZY_PYTHON names no Python with the package" }
        val gateway =
            generateSequence(Path.of("").toAbsolutePath()) { it.parent }
                .map { it.resolve("examples/gateway") }
                .first(Files::isDirectory)
                .toString()
        val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
        val variables = sandbox.environment() + ("GATEWAY_SECRET" to "a secret for these tests only")
        val command =
            listOf(python, "-m", "uvicorn", "gateway:app", "--app-dir", gateway, "--port", "$port")
        val builder = ProcessBuilder(command + listOf("--log-level", "warning"))
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("gateway.log").toFile())
        builder.environment().keys.removeIf { it.startsWith("UPPZY_") }
        builder.environment().putAll(variables)
        val server = builder.start()
        try {
            awaitPort(port, server)
            val login = run(listOf(python, "$gateway/gateway.py", "ann"), variables)
            assertEquals(0, login.code, login.errors)
            val app = mapOf("GATEWAY_URL" to "http://127.0.0.1:$port/api/v1")
            val asked = example("GatewayApp", variables = app, input = login.output)
            assertEquals(0, asked.code, asked.errors + folder.resolve("gateway.log").readText())
            assertTrue(asked.output.isNotBlank())
            val foreign = example("GatewayApp", "somebody-else", variables = app, input = login.output)
            assertEquals(3, foreign.code, foreign.errors)
            assertEquals("refused: foreign_session", foreign.output.trim())
            assertEquals(1, journal("chat.submit").size)
            // The app has never seen the key.
            assertFalse(sandbox.apiKey in login.output + asked.output + asked.errors)
        } finally {
            server.destroy()
            server.waitFor()
        }
    }

    private fun awaitPort(
        port: Int,
        server: Process,
    ) {
        val until = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST)
        while (true) {
            try {
                Socket(InetAddress.getLoopbackAddress(), port).close()
                return
            } catch (_: IOException) {
                check(server.isAlive && System.nanoTime() < until) {
                    "the gateway does not listen: ${folder.resolve("gateway.log").readText()}"
                }
                Thread.sleep(20)
            }
        }
    }
}
