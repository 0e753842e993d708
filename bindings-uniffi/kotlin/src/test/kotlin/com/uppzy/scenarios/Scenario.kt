package com.uppzy.scenarios

import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText

/** No server is silent for so long unless a scenario makes it; seconds. */
private const val PATIENCE = 10.0

private val STEP_KINDS =
    setOf(
        "call",
        "new_client",
        "await",
        "cancel",
        "sandbox",
        "advance_clock",
        "wait_for_requests",
        "pause",
        "write_files",
    )
private val WITH_STEPS =
    setOf("on", "arguments", "options", "background", "cancelled", "repeat", "save_as", "expect")
private val OF_SCENARIOS =
    setOf(
        "name",
        "holds",
        "clock",
        "silence",
        "compared",
        "sandbox",
        "files",
        "client",
        "steps",
        "requests",
        "processed",
        "journal",
        "other_requests",
        "connections",
        "elapsed",
    )

/** One step: what it does, and the fields that go with it. */
class Step(
    given: Fields,
) {
    val kind: String
    val what: Any?
    val fields: Fields

    init {
        val kinds = STEP_KINDS.filter { it in given }
        require(kinds.size == 1) { "a step must do exactly one thing: $given" }
        kind = kinds.single()
        what = given[kind]
        fields = given - kind
        require(WITH_STEPS.containsAll(fields.keys)) { "a step has unknown fields: ${fields.keys}" }
    }
}

/** How the server behaves, what the client is told to do, and what must come of it. */
class Scenario(
    private val given: Fields,
) {
    init {
        require(OF_SCENARIOS.containsAll(given.keys)) { "a scenario has unknown fields: ${given.keys}" }
    }

    val name = given.getValue("name") as String
    val holds = given.getValue("holds") as String
    val clock = given["clock"] as String? ?: "virtual"
    val silence = number(given["silence"])?.toDouble() ?: PATIENCE

    /** Whether the server falls silent in it, so that it waits for most of its time. */
    val fallsSilent = silence < PATIENCE
    val isCompared = given["compared"] as Boolean? ?: true
    val sandbox = fields(given["sandbox"] ?: emptyMap<String, Any?>())
    val files = fields(given["files"] ?: emptyMap<String, Any?>())

    /** Null when the steps make the clients. */
    val client: Fields? =
        if ("client" in given) given["client"]?.let(::fields) else emptyMap()
    val steps = (given.getValue("steps") as List<*>).map { Step(fields(it)) }
    val requests = given["requests"]
    val processed = given["processed"]
    val journal = given["journal"] as List<*>? ?: emptyList<Any?>()
    val otherRequests = given["other_requests"]
    val connections = given["connections"]
    val elapsed = (given["elapsed"] as List<*>?)?.map { number(it)!!.toDouble() }
}

/**
 * The folder of the shared scenarios, which stands beside that of the packages, or of those for servers
 * that are not ours.
 */
fun scenarioFolder(): Path =
    Servers.started?.cases ?: generateSequence(Path.of("").toAbsolutePath()) { it.parent }
        .map { it.resolve("tests/scenarios") }
        .first(Files::isDirectory)

/** The names of all files with scenarios. */
fun themes(): List<String> =
    scenarioFolder()
        .listDirectoryEntries("*.json")
        .map { it.nameWithoutExtension }
        .filter { it != "schema" }
        .sorted()

/** The scenarios of one file. */
fun load(theme: String): List<Scenario> {
    val text = scenarioFolder().resolve("$theme.json").readText()
    return json.readValue(text, List::class.java).map { Scenario(fields(byName(it))) }
}
