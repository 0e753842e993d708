/** One client in a process of its own: does a job, and prints what it took as a line of JSON. */
package com.uppzy.bench

import com.sun.management.OperatingSystemMXBean
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import java.io.File
import java.lang.management.ManagementFactory
import kotlin.system.exitProcess

/** Sends one question, and comes to the answer. */
internal typealias Send = suspend () -> Unit

private val SYSTEM = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean

/** Processor time before the measured work, in seconds. Half of it goes into compiling at first. */
private const val WARM_UP = 8.0

/** Processor time of this process with all its threads, in seconds. */
private fun used(): Double = SYSTEM.processCpuTime / 1e9

/** The most memory that was resident so far, in bytes. */
private fun peakMemory(): Long {
    val line = File("/proc/self/status").readLines().first { it.startsWith("VmHWM:") }
    return line.filter(Char::isDigit).toLong() * 1024
}

private suspend fun inTasks(
    send: Send,
    requests: Int,
    tasks: Int,
): List<Long> =
    coroutineScope {
        val work =
            List(tasks) {
                async {
                    List(requests / tasks) {
                        val began = System.nanoTime()
                        send()
                        System.nanoTime() - began
                    }
                }
            }
        work.awaitAll().flatten()
    }

private suspend fun send(
    make: (url: String, concurrency: Int) -> Send,
    url: String,
    requests: Int,
    concurrency: Int,
): String {
    val one = make(url, concurrency)
    // The same work for each, so that the virtual machine has compiled what is hot.
    do {
        inTasks(one, requests, concurrency)
    } while (used() < WARM_UP)
    val cpu = used()
    val began = System.nanoTime()
    val times = inTasks(one, requests, concurrency).sorted()
    val wall = (System.nanoTime() - began) / 1e9
    val spent = used() - cpu
    val count = times.size
    return "{\"cpu_per_10k\":${spent * 10_000 / count},\"requests_per_second\":${count / wall}," +
        "\"p50_ms\":${times[count / 2] / 1e6},\"p99_ms\":${times[minOf(count - 1, count * 99 / 100)] / 1e6}," +
        "\"peak_memory\":${peakMemory()}}"
}

private suspend fun many(
    run: suspend (url: String, answers: Int) -> Unit,
    url: String,
    answers: Int,
): String {
    val cpu = used()
    val began = System.nanoTime()
    run(url, answers)
    val wall = (System.nanoTime() - began) / 1e9
    return "{\"cpu_per_10k\":${(used() - cpu) * 10_000 / answers},\"seconds\":$wall,\"peak_memory\":${peakMemory()}}"
}

public fun main(arguments: Array<String>) {
    val (job, name, url) = arguments
    val numbers = arguments.drop(3).map(String::toInt)
    val make =
        when (name) {
            "uppzy" -> ::withUppzy
            "okhttp" -> ::withOkHttp
            "ktor" -> ::withKtor
            else -> null
        }
    val result =
        runBlocking {
            when {
                job == "cold" -> {
                    make?.invoke(url, 1)?.invoke()
                    "{\"cpu_ms\":${used() * 1e3},\"peak_memory\":${peakMemory()}}"
                }
                job == "many" -> many(if (name == "uppzy") ::manyWithUppzy else ::manyWithOkHttp, url, numbers[0])
                else -> send(requireNotNull(make) { "no client $name" }, url, numbers[0], numbers[1])
            }
        }
    println(result)
    // Some clients keep threads.
    exitProcess(0)
}
