package com.uppzy.scenarios

/** Stands for a field that is not there. */
object Nothing

private const val LONGEST_SHOWN = 700

/**
 * Where `actual` is not as expected, a line for each place.
 *
 * An object must hold the named fields, a list must be as long and hold the same, and a number equals one
 * of the same value. An object with a single field that begins with `$` is a check.
 */
fun mismatches(
    expected: Any?,
    actual: Any?,
): List<String> = buildList { compare("", expected, actual, this) }

private fun compare(
    path: String,
    expected: Any?,
    actual: Any?,
    found: MutableList<String>,
) {
    val place = path.trimStart('.').ifEmpty { "value" }
    if (expected is Map<*, *>) {
        val check = expected.keys.singleOrNull() as String?
        if (check != null && check.startsWith('$')) {
            val argument = expected[check]
            if (!holds(check.drop(1), argument, actual)) {
                found += "$place: $check ${short(argument)} fails for ${short(actual)}"
            }
            return
        }
        if (actual is Map<*, *>) {
            for ((name, value) in expected) {
                compare("$path.$name", value, if (name in actual) actual[name] else Nothing, found)
            }
            return
        }
    } else if (actual is List<*>) {
        if (expected is List<*>) {
            if (expected.size != actual.size) {
                found += wrongLength(place, expected.size, actual)
            }
            expected.zip(actual).forEachIndexed { index, (value, item) ->
                compare("$path[$index]", value, item, found)
            }
            return
        }
        // A list is often only counted, such as the attempts of a call.
        if (expected is Number) {
            if (!same(expected, actual.size)) {
                found += wrongLength(place, expected, actual)
            }
            return
        }
    }
    if (!same(expected, actual)) {
        found += "$place: expected ${short(expected)}, found ${short(actual)}"
    }
}

private fun wrongLength(
    place: String,
    expected: Any,
    items: List<*>,
): String = "$place: expected $expected items, found ${items.size}: ${short(items)}"

private fun holds(
    check: String,
    argument: Any?,
    actual: Any?,
): Boolean {
    val text = actual as? String ?: short(actual, null)
    return when (check) {
        "contains" -> argument is String && argument in text
        "excludes" -> actual !== Nothing && argument is String && argument !in text
        "between" -> {
            val (low, high) = (argument as List<*>).map(::number)
            actual is Number && number(actual)!! >= low!! && number(actual)!! <= high!!
        }
        "present" -> (actual != null && actual !== Nothing) == (argument == true)
        "length" ->
            when (actual) {
                is String -> same(actual.codePointCount(0, actual.length), argument)
                is List<*> -> same(actual.size, argument)
                is Map<*, *> -> same(actual.size, argument)
                else -> false
            }
        // Fields that a subset would let pass.
        "exactly" -> same(argument, actual)
        else -> throw IllegalArgumentException("there is no check \$$check")
    }
}

/** The value as JSON, cut where it is longer than anybody wants to read. */
fun short(
    value: Any?,
    longest: Int? = LONGEST_SHOWN,
): String {
    if (value === Nothing) {
        return "nothing"
    }
    val text = json.writeValueAsString(value)
    return if (longest == null || text.length <= longest) text else text.take(longest) + "…"
}
