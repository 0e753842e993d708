package com.uppzy.canary

import com.uppzy.AskOutcome
import com.uppzy.PollOutcome
import com.uppzy.UppzyException
import com.uppzy.WaitOutcome
import com.uppzy.scenarios.json
import java.io.ByteArrayOutputStream
import java.io.NotSerializableException
import java.io.ObjectOutputStream
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Path
import java.util.logging.Level
import java.util.logging.Logger
import kotlin.io.path.writeText

/** All that could be seen of the package from outside, with where it was. */
class Sightings {
    private val log = Logger.getLogger("canary")
    private val places = LinkedHashMap<String, String>()
    private val kinds = sortedSetOf<String>()
    private var count = 0

    /** Writes down how things look. */
    fun note(
        place: String,
        vararg things: Any?,
    ) {
        for (thing in things) {
            count++
            places.putIfAbsent(thing.toString(), place)
            when (thing) {
                is AskOutcome -> thing.error?.let { noteError(place, it) }
                is WaitOutcome -> thing.error?.let { noteError(place, it) }
                is PollOutcome.Failed -> noteError(place, thing.error)
            }
        }
    }

    /** Writes down all forms of an error, and logs it as programs do. */
    fun noteError(
        place: String,
        error: UppzyException,
    ) {
        kinds += error.kind
        log.log(Level.SEVERE, error) { "the call failed" }
        note(place, error, error.stackTraceToString(), error.localizedMessage, stored(error))
        noteFields(place, error)
        (error.cause as? UppzyException)?.let { noteError(place, it) }
    }

    /** What everything that can be asked of a value gives, and everything that can be asked of that. */
    fun noteFields(
        place: String,
        value: Any,
    ) {
        for (getter in value.javaClass.methods.filter(::isGetter)) {
            val found = getter.invoke(value)
            note("$place.${getter.name}", found)
            val inner = if (found is Collection<*>) found.filterNotNull() else listOfNotNull(found)
            inner.filter { isOurs(it.javaClass) && it !is Enum<*> }.forEach { noteFields("$place.${getter.name}", it) }
        }
    }

    private fun isGetter(method: Method) =
        method.parameterCount == 0 && !Modifier.isStatic(method.modifiers) && isOurs(method.declaringClass)

    private fun isOurs(type: Class<*>) = type.name.startsWith("com.uppzy.")

    /** What of an error gets into a store of objects. */
    private fun stored(error: UppzyException): String {
        val bytes = ByteArrayOutputStream()
        try {
            ObjectOutputStream(bytes).use { it.writeObject(error) }
        } catch (_: NotSerializableException) {
            // What was written before is looked at all the same.
        }
        return bytes.toByteArray().toString(Charsets.ISO_8859_1)
    }

    /** Leaves all of it in a file. */
    fun write(file: Path) {
        val seen = places.map { (text, place) -> listOf(place, text) }
        file.writeText(json.writeValueAsString(mapOf("count" to count, "kinds" to kinds, "seen" to seen)))
    }
}
