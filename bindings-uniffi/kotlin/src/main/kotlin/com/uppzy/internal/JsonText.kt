package com.uppzy.internal

import com.uppzy.InvalidInputException
import com.uppzy.internal.generated.JsonMember
import com.uppzy.internal.generated.JsonValue
import com.uppzy.internal.generated.parseJson
import java.math.BigDecimal
import java.math.BigInteger
import java.util.Collections

/** Deeper than this the server's answers do not go either. */
private const val DEEPEST = 128

/** The fields of a JSON object that crossed as text, empty if there were none. */
internal fun fieldsOf(text: String): Map<String, Any?> {
    if (text.isEmpty()) {
        return emptyMap()
    }
    @Suppress("UNCHECKED_CAST")
    return plain(called { parseJson(text) }) as Map<String, Any?>
}

/** The JSON value of a text that a caller gave; `field` is whose it is. */
internal fun parsed(
    field: String,
    text: String,
): JsonValue =
    try {
        called { parseJson(text) }
    } catch (_: InvalidInputException) {
        throw refused(field, "$field is no JSON text")
    }

/** A JSON value as plain data. */
internal fun plain(value: JsonValue): Any? =
    when (value) {
        is JsonValue.Missing -> null
        is JsonValue.Flag -> value.value
        is JsonValue.Whole -> value.value
        is JsonValue.Large -> BigInteger(value.value.toString())
        is JsonValue.Fraction -> value.value
        is JsonValue.Words -> value.value
        is JsonValue.Items -> Collections.unmodifiableList(value.items.map(::plain))
        is JsonValue.Members ->
            Collections.unmodifiableMap(
                value.members.associateTo(LinkedHashMap()) { it.name to plain(it.value) },
            )
    }

/** Plain data as a JSON value; `field` is whose it is. */
internal fun json(
    field: String,
    value: Any?,
    depth: Int = 0,
): JsonValue {
    if (depth > DEEPEST) {
        throw refused(field, "$field is nested deeper than $DEEPEST")
    }
    return when (value) {
        null -> JsonValue.Missing
        is Boolean -> JsonValue.Flag(value)
        is Byte, is Short, is Int, is Long -> JsonValue.Whole((value as Number).toLong())
        is BigInteger -> large(field, value)
        is Float, is Double, is BigDecimal -> fraction(field, (value as Number).toDouble())
        is CharSequence -> JsonValue.Words(value.toString())
        is Map<*, *> -> JsonValue.Members(value.map { (name, item) -> member(field, name, item, depth) })
        is Iterable<*> -> JsonValue.Items(value.map { json(field, it, depth + 1) })
        is Array<*> -> JsonValue.Items(value.map { json(field, it, depth + 1) })
        else -> throw refused(field, "$field holds a ${value.javaClass.name}, which JSON has no form for")
    }
}

private fun member(
    field: String,
    name: Any?,
    value: Any?,
    depth: Int,
): JsonMember {
    if (name !is String) {
        throw refused(field, "$field has a name that is no text")
    }
    return JsonMember(name, json(field, value, depth + 1))
}

private fun fraction(
    field: String,
    value: Double,
): JsonValue {
    if (!value.isFinite()) {
        throw refused(field, "$field holds $value, which JSON has no form for")
    }
    return JsonValue.Fraction(value)
}

private fun large(
    field: String,
    value: BigInteger,
): JsonValue =
    when {
        value.bitLength() <= 63 -> JsonValue.Whole(value.toLong())
        value.signum() > 0 && value.bitLength() <= 64 -> JsonValue.Large(value.toString().toULong())
        else -> throw refused(field, "$field holds a whole number of more than 64 bits")
    }
