/*
 * A worker that answers questions and holds nothing while an answer is being made: each job is a file.
 *
 *     java ... WorkerKt submit jobs "When are you open?"    # hands a question in, keeps its token
 *     java ... WorkerKt sweep jobs                          # any process, any time later: takes the answers up
 *
 * `jobs/1.question` becomes `jobs/1.token`, and that becomes `jobs/1.answer` or `jobs/1.failed`.
 */

import com.uppzy.QueueVerdict
import com.uppzy.Uppzy
import com.uppzy.UppzyException
import com.uppzy.WaitOutcome
import kotlinx.coroutines.runBlocking
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.deleteExisting
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText
import kotlin.io.path.writeText
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds

private suspend fun submit(
    client: Uppzy,
    jobs: Path,
    question: String,
) {
    jobs.createDirectories()
    val number = Files.list(jobs).use { it.count() } + 1
    val pending = client.chat.submit(question, sessionId = "job-$number")
    // Before anything else: with the token any process can go on from here.
    jobs.resolve("$number.token").writeText(pending.token)
    println("job $number submitted")
}

private suspend fun sweep(
    client: Uppzy,
    jobs: Path,
) {
    val files = jobs.listDirectoryEntries("*.token").sorted()
    // All of them share the client's rate of polls, so that a full table does not flood the API.
    client.chat.waitMany(files.map { it.readText() }, timeout = 60.seconds).collect { outcome ->
        finish(files[outcome.index], outcome)
    }
}

private fun finish(
    file: Path,
    outcome: WaitOutcome,
) {
    val job = file.nameWithoutExtension
    val error = outcome.error
    if (error == null) {
        file.resolveSibling("$job.answer").writeText(outcome.getOrThrow().text)
        file.deleteExisting()
        println("job $job answered")
        return
    }
    when (val verdict = error.queueVerdict()) {
        // The file stays, and the next sweep looks again.
        is QueueVerdict.Resume -> println("job $job again in ${verdict.delay}")
        is QueueVerdict.RetryIn -> println("job $job again in ${verdict.delay}")
        is QueueVerdict.ConfigIncident -> throw error // every job would fail the same way: for an operator
        is QueueVerdict.GiveUp -> {
            file.resolveSibling("$job.failed").writeText(verdict.reason)
            file.deleteExisting()
            println("job $job failed")
        }
    }
}

fun main(arguments: Array<String>) {
    val (what, folder) = arguments
    try {
        Uppzy().use { client ->
            runBlocking {
                when (what) {
                    "submit" -> submit(client, Path.of(folder), arguments[2])
                    "sweep" -> sweep(client, Path.of(folder))
                    else -> error("submit or sweep, not $what")
                }
            }
        }
    } catch (error: UppzyException) {
        System.err.println("${error.message}\n${error.hint}")
        exitProcess(1)
    }
}
