/*
 * From nothing to a rated answer, on a server: checks key and network, puts a document in, asks about it.
 *
 *     UPPZY_API_KEY=... UPPZY_TENANT_ID=... UPPZY_SITE_ID=... java ... QuickstartKt
 */

import com.uppzy.Feedback
import com.uppzy.Uppzy
import com.uppzy.UppzyException
import kotlinx.coroutines.runBlocking
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds

private const val TITLE = "Returns of lamps"
private const val TEXT = "Lamps may be returned within 30 days, with the bulb. The refund takes 5 days."

private suspend fun quickstart(client: Uppzy) {
    // The cheapest call: it fails at once if the key, the tenant or the network is not right.
    client.tenant.limits()

    if (client.documents.list().none { it.title == TITLE }) {
        println("created ${client.documents.createText(TITLE, TEXT).id}")
    }

    val session = "quickstart-${ProcessHandle.current().pid()}"
    val answer = client.chat.ask("How do I return a lamp?", sessionId = session, timeout = 90.seconds)
    println(answer.text)
    println("confidence: ${answer.confidenceLevel ?: "unknown"}")

    val receipt = client.chat.feedback(answer.sessionId, answer.requestId, Feedback.GOOD)
    println("rated for the first time: ${receipt.isFirst}")
}

fun main() {
    try {
        Uppzy().use { client -> runBlocking { quickstart(client) } }
    } catch (error: UppzyException) {
        System.err.println("${error.message}\n${error.hint}")
        exitProcess(1)
    }
}
