/*
 * What an app does: it asks through your own gateway, which holds the API key. An app that holds a key
 * gives it to everybody who has the app.
 *
 *     GATEWAY_URL=https://gateway.example.com/api/v1 java ... GatewayAppKt < login.json
 *
 * The login is what your own server hands out: `examples/gateway` prints one with `python gateway.py u-17`.
 */

import com.uppzy.AuthenticationException
import com.uppzy.PermissionDeniedException
import com.uppzy.PollTimeoutException
import com.uppzy.Uppzy
import com.uppzy.UppzyException
import kotlinx.coroutines.runBlocking
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.seconds

/** What the app has got from your login. */
private class Login(
    val token: String,
    val siteId: String,
    val sessionPrefix: String,
)

private fun login(text: String): Login {
    fun field(name: String): String = Regex("\"$name\": *\"([^\"]*)\"").find(text)!!.groupValues[1]
    return Login(field("token"), field("site_id"), field("session_prefix"))
}

fun main(arguments: Array<String>): Unit =
    runBlocking {
        val login = login(generateSequence(::readLine).joinToString("\n"))
        val client =
            Uppzy {
                baseUrl = System.getenv("GATEWAY_URL")
                bearerToken = login.token
                siteId = login.siteId
            }
        client.use {
            // Another session than one of the user's own is refused by the gateway.
            val session = arguments.getOrElse(0) { login.sessionPrefix }
            try {
                val answer = client.chat.ask("How do I return a lamp?", sessionId = session, timeout = 90.seconds)
                println(answer.text)
            } catch (error: PollTimeoutException) {
                // Not lost: the app keeps the token and takes the answer up when it is opened again.
                println("still being answered: ${error.token}")
            } catch (error: AuthenticationException) {
                println("please log in again")
                exitProcess(2)
            } catch (error: PermissionDeniedException) {
                println("refused: ${error.code}")
                exitProcess(3)
            } catch (error: UppzyException) {
                // For the person who uses the app; the rest is for your log.
                println(error.userMessage)
                System.err.println(error.toJson())
                exitProcess(1)
            }
        }
    }
