package com.uppzy.scenarios

/** The value with every reference in it replaced: a text such as `$first.request_id` is a saved value. */
fun resolve(
    value: Any?,
    saved: Fields,
): Any? =
    when (value) {
        is String -> if (value.startsWith('$')) find(value, saved) else value
        is List<*> -> value.map { resolve(it, saved) }
        is Map<*, *> -> value.mapValues { resolve(it.value, saved) }
        else -> value
    }

private fun find(
    reference: String,
    saved: Fields,
): Any? {
    var found: Any? = saved
    for (name in reference.drop(1).split('.')) {
        val here = found
        found =
            when {
                here is Map<*, *> && name in here -> here[name]
                // A number in a path is a position in a list.
                here is List<*> && name.toIntOrNull() in here.indices -> here[name.toInt()]
                else -> throw IllegalArgumentException("nothing is at $reference")
            }
    }
    return found
}
