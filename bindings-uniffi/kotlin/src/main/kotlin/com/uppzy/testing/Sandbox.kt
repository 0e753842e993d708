package com.uppzy.testing

import com.uppzy.UppzyConfig
import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.fieldsOf
import com.uppzy.internal.generated.writeJson
import com.uppzy.internal.json
import java.io.File
import java.io.IOException
import java.net.HttpURLConnection
import java.net.URL
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/**
 * The API on your own machine, on a free port, for tests. Answers are simulated, and everything is in
 * memory unless `--data` is among the arguments. Ends with [close], and with this program.
 *
 * ```kotlin
 * Sandbox.start().use { sandbox ->
 *     Uppzy(sandbox.config()).use { client ->
 *         client.chat.ask("When are you open?", sessionId = "test-1")
 *     }
 * }
 * ```
 */
public class Sandbox private constructor(
    private val process: Process,
    started: Map<String, Any?>,
) : AutoCloseable {
    /** Where the API is. */
    public val baseUrl: String = started.getValue("base_url") as String

    /** The key that it accepts. */
    public val apiKey: String = started.getValue("api_key") as String

    /** The tenant that it has. */
    public val tenantId: String = started.getValue("tenant_id") as String

    /** The site that it has. */
    public val siteId: String = started.getValue("site_id") as String

    /** Where rules, the journal and settings are. */
    public val controlUrl: String = started.getValue("control_url") as String

    private val stopAtExit = Thread { process.destroy() }

    init {
        Runtime.getRuntime().addShutdownHook(stopAtExit)
    }

    /** What a client needs to use it. The process's environment is not read. */
    public fun config(): UppzyConfig =
        UppzyConfig().also {
            it.baseUrl = baseUrl
            it.apiKey = apiKey
            it.tenantId = tenantId
            it.siteId = siteId
            it.environment = emptyMap()
        }

    /** The same as environment variables, for programs that are started. */
    public fun environment(): Map<String, String> =
        mapOf(
            "UPPZY_BASE_URL" to baseUrl,
            "UPPZY_API_KEY" to apiKey,
            "UPPZY_TENANT_ID" to tenantId,
            "UPPZY_SITE_ID" to siteId,
        )

    /**
     * Sends a request to the control URL: rules, journal, progression, latency and more. Blocks.
     *
     * @param method The HTTP method.
     * @param path The path below the control URL, such as `/rules`.
     * @param body What to send as JSON: null, booleans, numbers, texts, lists and maps.
     * @return The fields of the answer.
     */
    @JvmOverloads
    @Throws(IOException::class)
    public fun control(
        method: String,
        path: String,
        body: Any? = null,
    ): Map<String, Any?> {
        val connection = URL(controlUrl + path).openConnection() as HttpURLConnection
        connection.requestMethod = method
        connection.connectTimeout = LONGEST_CONTROL_MS
        connection.readTimeout = LONGEST_CONTROL_MS
        if (body != null) {
            connection.doOutput = true
            connection.setRequestProperty("Content-Type", "application/json")
            connection.outputStream.use { it.write(writeJson(json("body", body)).toByteArray()) }
        }
        val status = connection.responseCode
        val stream = if (status < FIRST_FAILURE) connection.inputStream else connection.errorStream
        val text = stream?.use { it.readBytes().decodeToString() }.orEmpty()
        if (status >= FIRST_FAILURE) {
            throw IOException("$method $path: $status $text")
        }
        return fieldsOf(text.trim())
    }

    /** Ends it. May be repeated. */
    override fun close() {
        try {
            Runtime.getRuntime().removeShutdownHook(stopAtExit)
        } catch (_: IllegalStateException) {
            // The program is ending, and the hook does it.
        }
        process.destroy()
        if (!process.waitFor(LONGEST_STOP_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor()
        }
        process.inputStream.close()
    }

    /** Where sandboxes come from. */
    public companion object {
        private const val VARIABLE = "UPPZY_SANDBOX"
        private const val PROGRAM = "uppzy-sandbox"
        private const val LONGEST_STOP_S = 5L
        private const val LONGEST_CONTROL_MS = 30_000
        private const val FIRST_FAILURE = 400

        /**
         * Starts it, and waits until it answers.
         *
         * @param program Default: the file that `UPPZY_SANDBOX` names, or `uppzy-sandbox` on the PATH.
         * @param arguments Further arguments of the program: `uppzy-sandbox --help` lists them.
         * @throws IOException It is not installed; says how to get it.
         */
        @JvmStatic
        @JvmOverloads
        @Throws(IOException::class)
        public fun start(
            program: File? = null,
            arguments: List<String> = emptyList(),
        ): Sandbox {
            NativeLibrary.load()
            val file = program?.path ?: System.getenv(VARIABLE) ?: PROGRAM
            val process =
                try {
                    ProcessBuilder(listOf(file, "--port", "0") + arguments)
                        .start()
                } catch (fault: IOException) {
                    val way = "install it with `cargo install $PROGRAM`, or name it in $VARIABLE"
                    throw IOException("the program $file cannot be started: $way", fault)
                }
            val complaint = StringBuffer()
            val reading =
                thread(isDaemon = true, name = PROGRAM) {
                    // The pipe ends with the program, by an end of the text or by an exception.
                    runCatching { process.errorStream.bufferedReader().forEachLine(complaint::append) }
                }
            val line = process.inputStream.bufferedReader().readLine()
            if (line == null) {
                process.waitFor()
                reading.join()
                throw IOException("the sandbox did not start: $complaint")
            }
            return Sandbox(process, fieldsOf(line))
        }
    }
}
