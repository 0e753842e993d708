package com.uppzy.scenarios

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.test.fail

/** Scenarios that run at once. */
private const val AT_ONCE = 12

/** Beside them, scenarios whose server falls silent: these wait for most of their time. */
private const val SILENT_AT_ONCE = 24

/**
 * Runs every shared scenario, one test for each file.
 *
 * With `UPPZY_SCENARIO_RESULTS=folder` the results are written to `kotlin/<theme>.json` there, in the
 * form in which the languages are compared. With `UPPZY_SCENARIO_REFERENCE=folder` they are held against
 * those that another language has written.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosTest {
    private lateinit var host: Host
    private val scope = CoroutineScope(Dispatchers.IO)

    /** What becomes of those of all themes whose server falls silent, by name: they begin together. */
    private lateinit var silences: Map<String, Deferred<Outcome>>

    @BeforeAll
    fun start() {
        host = Host()
        val silent = themes().flatMap(::chosen).filter { it.fallsSilent }
        silences = silent.map { it.name }.zip(begin(silent, SILENT_AT_ONCE)).toMap()
    }

    @AfterAll
    fun stop() {
        scope.cancel()
        host.close()
    }

    fun names(): List<String> = themes()

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    fun scenarios(theme: String) {
        val scenarios = chosen(theme)
        val outcomes = runAll(scenarios)
        val results = outcomes.map { it.canonical }
        System.getenv("UPPZY_SCENARIO_RESULTS")?.let { writeResults(Path.of(it, "kotlin"), theme, results) }
        val lines = mutableListOf<String>()
        for ((scenario, outcome) in scenarios.zip(outcomes)) {
            if (outcome.failures.isNotEmpty()) {
                lines += "FAILED ${scenario.name}"
                lines += "  holds: ${scenario.holds}"
                lines += outcome.failures.map { "  $it" }
            }
        }
        System.getenv("UPPZY_SCENARIO_REFERENCE")?.let {
            val reference = json.readValue(Path.of(it, "$theme.json").readText(), List::class.java)
            lines += differences(reference, results)
        }
        if (lines.isNotEmpty()) {
            fail(lines.joinToString("\n"))
        }
        println("$theme: ${scenarios.size} scenarios")
    }

    /** The scenarios of a theme, or those of them that are asked for. */
    private fun chosen(theme: String): List<Scenario> {
        val only = System.getenv("UPPZY_SCENARIO").orEmpty()
        return load(theme).filter { only in it.name }
    }

    private fun runAll(scenarios: List<Scenario>): List<Outcome> {
        val others = begin(scenarios.filterNot { it.fallsSilent }, AT_ONCE).iterator()
        val all = scenarios.map { if (it.fallsSilent) silences.getValue(it.name) else others.next() }
        return runBlocking { all.awaitAll() }
    }

    /** Runs scenarios, so many of them at once. */
    private fun begin(
        scenarios: List<Scenario>,
        atOnce: Int,
    ): List<Deferred<Outcome>> {
        val places = Semaphore(atOnce)
        return scenarios.map { scenario ->
            scope.async {
                places.withPermit {
                    try {
                        runScenario(host, scenario)
                    } catch (error: Exception) {
                        Outcome(null, listOf(error.toString()))
                    }
                }
            }
        }
    }

    private fun writeResults(
        folder: Path,
        theme: String,
        results: List<Any?>,
    ) {
        folder.createDirectories()
        val text = json.writerWithDefaultPrettyPrinter().writeValueAsString(results)
        folder.resolve("$theme.json").writeText(text + "\n")
    }

    /** Where results differ from those of another language. */
    private fun differences(
        reference: List<*>,
        results: List<Any?>,
    ): List<String> {
        val known = reference.map(::fields).associateBy { it["name"] }
        return results.filterNotNull().flatMap { result ->
            val name = fields(result)["name"]
            // Both ways, since either may hold more than the other.
            val found = (mismatches(known[name], result) + mismatches(result, known[name])).toSortedSet()
            if (found.isEmpty()) emptyList() else listOf("DIFFERENT $name") + found.map { "  $it" }
        }
    }
}
