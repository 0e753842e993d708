package com.uppzy.scenarios

import com.uppzy.testing.Sandbox
import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import kotlin.concurrent.thread

/** What the plain server says to everybody, whatever they say. */
private const val PLAIN_ANSWER = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
private const val BACKLOG = 512

/**
 * The servers of all scenarios: two sandboxes, a port where nobody listens, one where nobody answers, and
 * one where no TLS is spoken.
 */
class Host : AutoCloseable {
    private val local = InetAddress.getByAddress(byteArrayOf(127, 0, 0, 1))
    private val sandbox = Sandbox.start()
    private val other = Sandbox.start()

    /** Bound but not listening, so that nobody else takes the port. */
    private val dead = Socket().apply { bind(InetSocketAddress(local, 0)) }
    private val silent = ServerSocket(0, BACKLOG, local)
    private val plain = ServerSocket(0, BACKLOG, local)
    private val answering = thread(isDaemon = true) { answerPlainly() }

    /** Where the sandbox is controlled. */
    val controlUrl: String get() = Servers.started?.controlUrl ?: sandbox.controlUrl

    /** Where the second sandbox is controlled. */
    val otherControlUrl: String get() = other.controlUrl

    /** What references find from the beginning. */
    fun known(
        space: Fields,
        otherSpace: Fields,
    ): Fields =
        Servers.started?.knownFor(space).orEmpty() +
            ours(space, otherSpace)

    private fun ours(
        space: Fields,
        otherSpace: Fields,
    ): Fields =
        mapOf(
            "sandbox" to space,
            "other" to otherSpace,
            "dead" to mapOf("base_url" to "http://127.0.0.1:${dead.localPort}/api/v1"),
            "silent" to
                mapOf(
                    "base_url" to "http://127.0.0.1:${silent.localPort}/api/v1",
                    "https_base_url" to "https://127.0.0.1:${silent.localPort}/api/v1",
                ),
            "plain" to mapOf("https_base_url" to "https://127.0.0.1:${plain.localPort}/api/v1"),
        )

    private fun answerPlainly() {
        while (true) {
            val stream =
                try {
                    plain.accept()
                } catch (_: IOException) {
                    return
                }
            try {
                stream.use {
                    it.soTimeout = 1_000
                    it.getOutputStream().write(PLAIN_ANSWER.toByteArray())
                    it.shutdownOutput()
                    // Closing before everything is read would reset the connection.
                    it.getInputStream().readAllBytes()
                }
            } catch (_: IOException) {
                // Who has gone by now does not need an answer.
            }
        }
    }

    override fun close() {
        plain.close()
        silent.close()
        dead.close()
        answering.join()
        sandbox.close()
        other.close()
    }
}
