package com.uppzy

import com.uppzy.testing.Sandbox
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.TestInstance
import java.nio.file.Path
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A test against a sandbox of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithSandbox {
    protected lateinit var sandbox: Sandbox

    @BeforeAll
    fun startSandbox() {
        sandbox = Sandbox.start()
    }

    @AfterAll
    fun stopSandbox() {
        sandbox.close()
    }

    @BeforeEach
    fun resetSandbox() {
        sandbox.control("PUT", "/rules", emptyList<Any>())
        sandbox.control("PUT", "/progression", mapOf("mode" to "immediate"))
        sandbox.control("DELETE", "/journal")
    }

    protected fun client(configure: UppzyConfig.() -> Unit = {}): Uppzy = Uppzy(sandbox.config().apply(configure))

    protected fun rules(vararg effects: Map<String, Any?>) {
        sandbox.control("PUT", "/rules", effects.map { mapOf("effect" to it) })
    }

    /** The entries of the journal, oldest first. */
    @Suppress("UNCHECKED_CAST")
    protected fun journal(): List<Map<String, Any?>> =
        sandbox.control("GET", "/journal")["entries"] as List<Map<String, Any?>>
}

/** Looks until it is so. */
suspend fun eventually(isSo: () -> Boolean) {
    withTimeout(30.seconds) {
        while (!isSo()) {
            delay(10.milliseconds)
        }
    }
}

/** A process of its own with the classes of the tests, not started yet. */
fun program(
    main: Any,
    options: List<String> = emptyList(),
    vararg arguments: String,
): ProcessBuilder {
    val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
    val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
    return ProcessBuilder(listOf(java) + options + listOf("-cp", classes, main.javaClass.name) + arguments)
}
