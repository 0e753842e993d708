package com.uppzy.scenarios

import com.uppzy.Uppzy
import com.uppzy.UppzyException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.net.URI
import java.nio.file.Path
import java.time.Duration
import java.util.Base64
import kotlin.coroutines.cancellation.CancellationException
import kotlin.io.path.createTempDirectory
import kotlin.io.path.writeBytes
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** How long the server may take to show in its journal what has happened. */
private val SETTLING = 5.seconds

/** How often it is asked. */
private val LOOK = 10.milliseconds

/** A call that takes longer hangs. */
private val LONGEST = 60.seconds

/** What became of a scenario, in the form that all languages share, and what is not as expected. */
class Outcome(
    val canonical: Any?,
    val failures: List<String>,
)

/** Runs the scenario in a space of its own. */
suspend fun runScenario(
    host: Host,
    scenario: Scenario,
): Outcome {
    val folder = createTempDirectory("uppzy-scenario-")
    try {
        return withContext(Dispatchers.IO) {
            Control(host.controlUrl).use { space ->
                Control(host.otherControlUrl).use { other ->
                    supervisorScope { Execution(host, scenario, space, other, folder, this).run() }
                }
            }
        }
    } finally {
        folder.toFile().deleteRecursively()
    }
}

private class Execution(
    host: Host,
    private val scenario: Scenario,
    private val space: Control,
    private val other: Control,
    private val folder: Path,
    private val scope: CoroutineScope,
) {
    private val clock = makeClock(scenario.clock, scenario.silence)
    private val known = host.known(space.space, other.space)
    private val saved = known.toMutableMap()
    private val natives = mutableMapOf<String, Any>()
    private val background = mutableMapOf<String, Deferred<Made>>()
    private val steps = mutableListOf<Fields>()
    private val failures = mutableListOf<String>()

    suspend fun run(): Outcome {
        val began = clock?.now
        writeFiles(scenario.files)
        space.change(fields(resolve(scenario.sandbox, saved)))
        try {
            scenario.client?.let { natives["main"] = client(it) }
            scenario.steps.forEachIndexed { index, step ->
                try {
                    step(index + 1, step)
                } catch (error: Exception) {
                    throw IllegalStateException("step ${index + 1}: $error", error)
                }
            }
            val elapsed = if (began == null) 0.0 else Duration.between(began, clock!!.now).toNanos() / 1e9
            return finish(Math.round(elapsed * 1e6) / 1e6)
        } finally {
            natives.values.filterIsInstance<Uppzy>().forEach(Uppzy::close)
            background.values.forEach { it.cancel() }
        }
    }

    private fun client(options: Any?): Uppzy = makeClient(fields(resolve(options, saved)), space.space, clock)

    private suspend fun step(
        number: Int,
        step: Step,
    ) {
        when (step.kind) {
            "call" -> call(number, step)
            "new_client" -> came(number, step, step.kind) { Made(null, client(step.what)) }
            "await" -> {
                val running = background.remove(step.what) ?: throw IllegalStateException("no call ${step.what}")
                came(number, step, step.what as String) { running.settled() }
            }
            "cancel" -> background.getValue(step.what as String).cancel()
            "sandbox" -> space.change(fields(resolve(step.what, saved)))
            "advance_clock" -> clock!!.advance(time(step.what)!!)
            "wait_for_requests" -> waitForRequests((step.what as Number).toInt())
            "pause" -> delay(time(step.what)!!)
            else -> writeFiles(fields(step.what))
        }
    }

    private suspend fun call(
        number: Int,
        step: Step,
    ) {
        val name = step.what as String
        val on = natives[step.fields["on"] as String? ?: "main"]
        val given = fields(resolve(step.fields["arguments"] ?: emptyMap<String, Any?>(), saved))
        val arguments = Arguments(given, fields(step.fields["options"] ?: emptyMap<String, Any?>()))
        val repeat = (step.fields["repeat"] as Number?)?.toInt() ?: 1
        for (repetition in 1..repeat) {
            val running = start(step.fields["cancelled"] == true) { makeCall(on, name, arguments) }
            val key = step.fields["background"] as String?
            if (key != null) {
                background[key] = running
            } else if (repetition == repeat) {
                came(number, step, name) { running.settled() }
            } else {
                // What is expected counts for the last one.
                outcomeOf { running.settled() }
            }
        }
    }

    private fun start(
        cancelled: Boolean,
        call: suspend () -> Made,
    ): Deferred<Made> {
        if (!cancelled) {
            return scope.async(Dispatchers.Default) { call() }
        }
        // Reaches the call, although its job is cancelled by then.
        return scope.async(Dispatchers.Default, CoroutineStart.UNDISPATCHED) {
            cancel()
            call()
        }
    }

    private suspend fun Deferred<Made>.settled(): Made = withTimeout(LONGEST) { await() }

    private class Came(
        val fields: Fields,
        val native: Any? = null,
    )

    private suspend fun outcomeOf(wait: suspend () -> Made): Came =
        try {
            val made = wait()
            Came(mapOf("result" to made.value), made.native)
        } catch (error: UppzyException) {
            Came(mapOf("error" to errorFields(error)))
        } catch (_: CancellationException) {
            Came(mapOf("cancelled" to true))
        }

    /** Holds what comes of a step against what is expected, and keeps it. */
    private suspend fun came(
        number: Int,
        step: Step,
        name: String,
        wait: suspend () -> Made,
    ) {
        val came = outcomeOf(wait)
        val outcome = came.fields
        val expected = step.fields["expect"]
        if (expected == null) {
            if ("result" !in outcome) {
                failures += "step $number $name: expected a result: ${short(outcome)}"
            }
        } else if ("anything" !in fields(expected)) {
            val found = mismatches(resolve(expected, saved), outcome)
            failures += found.map { "step $number $name: $it" }
            if (found.isNotEmpty() && "error" in outcome) {
                failures += "report: ${fields(outcome["error"])["report"]}"
            }
        }
        val saveAs = step.fields["save_as"] as String?
        if (saveAs != null) {
            saved[saveAs] = outcome["result"] ?: outcome["error"]
            came.native?.let { natives[saveAs] = it }
        }
        steps += mapOf("step" to number, "call" to name) + outcome
    }

    private fun writeFiles(files: Fields) {
        for ((name, described) in files) {
            val file = fields(described)
            val path = folder.resolve(file.getValue("name") as String)
            path.writeBytes(content(file))
            saved[name] = mapOf("path" to path.toString())
        }
    }

    private fun content(file: Fields): ByteArray {
        val given = file - "name"
        val form = given.keys.singleOrNull()
        val value = given[form]
        return when (form) {
            "text" -> (value as String).toByteArray()
            "base64" -> Base64.getDecoder().decode(value as String)
            "size" -> ByteArray((value as Number).toInt()) { 'x'.code.toByte() }
            else -> throw IllegalArgumentException("${file["name"]}: give one of text, base64 and size")
        }
    }

    private suspend fun waitForRequests(count: Int) {
        val until = TimeSource.Monotonic.markNow() + SETTLING
        while (true) {
            val seen = space.journal().size
            if (seen >= count) {
                return
            }
            check(until.hasNotPassedNow()) { "the server has seen $seen requests, not $count" }
            delay(LOOK)
        }
    }

    private suspend fun finish(elapsed: Double): Outcome {
        scenario.elapsed?.let { (least, most) ->
            if (elapsed !in least..most) {
                failures += "elapsed: expected $least to $most s, found $elapsed s"
            }
        }
        check(background.isEmpty()) { "a call in the background was never awaited" }
        val until = TimeSource.Monotonic.markNow() + SETTLING
        var journal: List<Fields>
        while (true) {
            journal = space.journal()
            val found = journalMismatches(journal)
            if (found.isEmpty()) {
                break
            }
            if (until.hasPassedNow()) {
                failures += found
                break
            }
            delay(LOOK)
        }
        compareCount("connections", scenario.connections) { space.connections() }
        compareCount("other_requests", scenario.otherRequests) { other.journal().size }
        if (!scenario.isCompared) {
            return Outcome(mapOf("name" to scenario.name, "compared" to false), failures)
        }
        val canonical =
            mapOf(
                "name" to scenario.name,
                "steps" to steps,
                "requests" to counts(journal),
                "processed" to counts(processed(journal)),
            )
        // As any reader of JSON would see it.
        val written = json.readValue(json.writeValueAsString(canonical), Map::class.java)
        return Outcome(placeholders().apply(written), failures)
    }

    private fun compareCount(
        name: String,
        expected: Any?,
        count: () -> Any?,
    ) {
        if (expected != null) {
            val found = count()
            if (!same(expected, found)) {
                failures += "$name: expected $expected, found $found"
            }
        }
    }

    private fun journalMismatches(journal: List<Fields>): List<String> =
        buildList {
            val seen: Any =
                if (scenario.requests is Map<*, *>) counts(journal) else journal.map { it["operation"] ?: "" }
            if (scenario.requests != null && !same(scenario.requests, seen)) {
                add("requests: expected ${scenario.requests}, found $seen")
            }
            val processed = counts(processed(journal))
            if (scenario.processed != null && !same(scenario.processed, processed)) {
                add("processed: expected ${scenario.processed}, found $processed")
            }
            scenario.journal.forEachIndexed { index, expected ->
                if (index >= journal.size) {
                    add("journal[$index]: there is no such entry")
                } else {
                    addAll(mismatches(resolve(expected, saved), journal[index]).map { "journal[$index]: $it" })
                }
            }
        }

    private fun placeholders(): Placeholders {
        val pairs = mutableListOf(folder.toString() to "<folder>")
        for ((control, prefix) in listOf(space to "", other to "other_")) {
            for (name in listOf("api_key", "tenant_id", "site_id", "base_url")) {
                pairs += control.text(name) to "<$prefix$name>"
            }
        }
        for (server in listOf("sandbox", "other", "dead", "silent", "plain")) {
            val of = fields(known[server])
            val url = (of["base_url"] ?: of["https_base_url"]) as String
            pairs += URI(url).authority to "<$server>"
        }
        for ((server, of) in known) {
            val origin = fields(of)["origin"] as String? ?: continue
            pairs += URI(origin).authority to "<$server>"
        }
        return Placeholders(pairs)
    }
}

private fun processed(journal: List<Fields>): List<Fields> = journal.filter { it["processed"] == true }

/** How often each operation came. */
private fun counts(journal: List<Fields>): Fields = journal.groupingBy { it["operation"] as String? ?: "" }.eachCount()
