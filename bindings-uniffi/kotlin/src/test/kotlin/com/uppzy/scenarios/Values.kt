package com.uppzy.scenarios

import com.fasterxml.jackson.databind.DeserializationFeature
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.SerializationFeature
import java.math.BigDecimal

/** An object of JSON. */
typealias Fields = Map<String, Any?>

/** Reads and writes JSON as plain data. */
val json: ObjectMapper =
    ObjectMapper()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)

/** Reads an object. */
@Suppress("UNCHECKED_CAST")
fun fields(value: Any?): Fields = value as Fields

/** The number by its value. */
fun number(value: Any?): BigDecimal? = (value as? Number)?.let { BigDecimal(it.toString()) }

/** Whether two values are the same in JSON; numbers are equal by value. */
fun same(
    first: Any?,
    second: Any?,
): Boolean {
    if (first is Number && second is Number) {
        return number(first)?.compareTo(number(second)) == 0
    }
    return when (first) {
        is Map<*, *> ->
            second is Map<*, *> &&
                first.keys == second.keys &&
                first.all { (name, value) -> same(value, second[name]) }
        is List<*> ->
            second is List<*> &&
                first.size == second.size &&
                first.zip(second).all { (one, other) -> same(one, other) }
        else -> first == second
    }
}

/** Objects in JSON have no order; parameters of a query are sent in the same one everywhere. */
fun byName(value: Any?): Any? =
    when (value) {
        is Map<*, *> -> value.entries.sortedBy { it.key as String }.associate { it.key to byName(it.value) }
        is List<*> -> value.map(::byName)
        else -> value
    }
