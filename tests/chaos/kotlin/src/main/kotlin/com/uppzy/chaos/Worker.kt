/**
 * The worker of the chaos run in Kotlin: is told on its standard input what to do, and says on its
 * standard output what came of it, a line of JSON each. `src/orders.rs` of the run lists them.
 */
package com.uppzy.chaos

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.uppzy.Uppzy
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.io.FileDescriptor
import java.io.FileOutputStream

private val JSON = ObjectMapper()
private val OUTPUT = FileOutputStream(FileDescriptor.out)

/** Says something in one piece, at once: nothing may be left in a buffer when the process is killed. */
@Synchronized
internal fun say(
    report: String,
    vararg fields: Pair<String, Any?>,
) {
    val line = JSON.writeValueAsString(linkedMapOf("report" to report, *fields)) + "\n"
    OUTPUT.write(line.toByteArray())
}

private fun closing(client: Uppzy) {
    client.close()
    val metrics = client.metrics()
    say("closed", "said" to "$client $metrics ${metrics.toJson()} ${metrics.toPrometheus()}")
}

public fun main() {
    var client = Uppzy()
    val input = System.`in`.bufferedReader()
    runBlocking(Dispatchers.Default) {
        say("ready")
        while (true) {
            val line = withContext(Dispatchers.IO) { input.readLine() } ?: break
            val order: JsonNode = JSON.readTree(line)
            when (order["order"].textValue()) {
                "call" -> {
                    val current = client
                    launch { call(current, order) }
                }
                "renew" -> {
                    client.close()
                    client = Uppzy { apiKey = order["key"].textValue() }
                }
                "set_key" -> {
                    client.setApiKey(order["key"].textValue())
                    say("key_set")
                }
                "close" -> closing(client)
                else -> break
            }
        }
    }
}
