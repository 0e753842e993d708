package com.uppzy

import com.uppzy.internal.EVENT_CAPACITY
import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.generated.errorTable
import com.uppzy.internal.generated.internalFault
import com.uppzy.scenarios.json
import org.junit.jupiter.api.Test
import java.nio.file.Path
import kotlin.io.path.createDirectories
import kotlin.io.path.writeText
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KProperty1
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredFunctions
import kotlin.reflect.full.declaredMemberProperties
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.DurationUnit

private typealias Described = Map<String, Any?>

/**
 * What the package has, in the form in which the languages are compared: see `tests/parity`. With
 * `UPPZY_SURFACES=folder` it is written to `kotlin.json` there.
 */
class SurfaceTest {
    @Test
    fun `the package has operations, settings and errors`() {
        NativeLibrary.load()
        val calls = calls()
        assertTrue(calls.size > 40, calls.keys.toString())
        val surface =
            mapOf(
                "calls" to calls,
                "settings" to settings(),
                "classes" to classes(),
                "fields" to
                    mapOf(
                        // What every exception has is not declared again.
                        "error" to members(UppzyException::class) + "cause",
                        "attempt" to members(AttemptRecord::class),
                    ),
            )
        System.getenv("UPPZY_SURFACES")?.let {
            val folder = Path.of(it).createDirectories()
            val text = json.writerWithDefaultPrettyPrinter().writeValueAsString(surface)
            folder.resolve("kotlin.json").writeText(text + "\n")
        }
    }

    private fun functions(of: KClass<*>): List<KFunction<*>> =
        of.declaredFunctions.filter { it.visibility == KVisibility.PUBLIC && it.name != "toString" }

    private fun <T : Any> properties(of: KClass<T>): List<KProperty1<T, *>> =
        of.declaredMemberProperties.filter { it.visibility == KVisibility.PUBLIC }

    private fun members(of: KClass<*>): List<String> = functions(of).map { it.name } + properties(of).map { it.name }

    private fun calls(): Described {
        val made = mutableMapOf<String, MutableMap<String, Any?>>()
        val families = properties(Uppzy::class).associate { it.name to it.returnType.classifier as KClass<*> }
        val handles =
            families.filterValues { it.isHandle() } +
                mapOf("client" to Uppzy::class, "pending" to PendingAnswer::class, "sessionIds" to SessionIds::class)
        for ((handle, of) in handles) {
            properties(of).filterNot { (it.returnType.classifier as KClass<*>).isHandle() }.forEach {
                made["$handle.${it.name}"] = mutableMapOf()
            }
            for (function in functions(of)) {
                val arguments = made.getOrPut("$handle.${function.name}", ::mutableMapOf)
                // An argument has to be given if no overload that has it does without.
                for (parameter in function.parameters.filter { it.kind == KParameter.Kind.VALUE }) {
                    val before = arguments[parameter.name!!] as Map<*, *>?
                    val needed = !parameter.isOptional && before?.get("needed") != false
                    arguments[parameter.name!!] = mapOf("needed" to needed)
                }
            }
        }
        made.getValue("client.events")["capacity"] = mapOf("needed" to false, "default" to EVENT_CAPACITY)
        return made
    }

    private fun KClass<*>.isHandle(): Boolean =
        this in setOf(Chat::class, Documents::class, Sessions::class, Site::class, Tenant::class)

    private fun settings(): Described =
        mapOf(
            "client" to values(UppzyConfig(), UppzyConfig::class),
            "retry" to values(RetryPolicy(), RetryPolicy::class),
            "poll" to values(PollSchedule(), PollSchedule::class),
            "worker" to values(PollSchedule.worker(), PollSchedule::class),
        )

    /** The properties of a new object, and what they are until they are set. */
    private fun <T : Any> values(
        of: T,
        type: KClass<T>,
    ): Described =
        properties(type).associate {
            val default =
                when (val value = it.get(of)) {
                    is Duration -> value.toDouble(DurationUnit.SECONDS)
                    is Map<*, *> -> null
                    else -> value
                }
            it.name to mapOf("needed" to false, "default" to default)
        }

    private fun classes(): Described =
        errorTable().associate {
            val type = UppzyException.of(internalFault("a reason").copy(kind = it.kind)).javaClass
            it.kind to mapOf("name" to type.simpleName, "parent" to type.superclass.simpleName)
        }
}
