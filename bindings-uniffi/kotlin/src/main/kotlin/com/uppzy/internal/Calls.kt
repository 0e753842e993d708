package com.uppzy.internal

import com.uppzy.UppzyException
import com.uppzy.internal.generated.CallException
import com.uppzy.internal.generated.CallSettings
import com.uppzy.internal.generated.ErrorDetails
import com.uppzy.internal.generated.InternalException
import com.uppzy.internal.generated.NativeClient
import com.uppzy.internal.generated.Pair
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.internalFault
import com.uppzy.internal.generated.invalidInput
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration
import kotlin.time.DurationUnit

/** Makes a call of the native library; only exceptions of this package and cancellation come out. */
internal inline fun <Result> called(call: () -> Result): Result =
    try {
        call()
    } catch (failure: CallException) {
        throw when (failure) {
            is CallException.Failed -> UppzyException.of(failure.details)
            is CallException.Cancelled -> CancellationException("the call was cancelled")
        }
    } catch (failure: InternalException) {
        throw UppzyException.of(internalFault(failure.message ?: "no text"))
    }

/** A client as calls name it. */
internal class Caller(
    val native: NativeClient,
) {
    private val number = native.number().toLong()

    /** Makes a call; only exceptions of this package and cancellation come out. */
    suspend inline fun <reified Expected : Reply> made(
        request: Request,
        timeout: Duration?,
        retryUnknown: Boolean?,
    ): Expected = reply(request, settings(timeout, retryUnknown)).expected()

    suspend fun reply(
        request: Request,
        settings: CallSettings,
    ): Reply = awaited(number, native, settings, request)
}

/** Makes a call that needs no client, as what it asks is part of the request. */
internal suspend inline fun <reified Expected : Reply> made(
    request: Request,
    settings: CallSettings = CallSettings(null, null),
): Expected = awaited(0, request, settings, request).expected()

/** One that is cancelled already sends nothing. */
internal suspend fun awaited(
    client: Long,
    owner: Any,
    settings: CallSettings,
    request: Request,
): Reply {
    currentCoroutineContext().ensureActive()
    return when (val reply = called { Delivery.await(client, owner, settings, request) }) {
        is Reply.Failed -> throw UppzyException.of(reply.details)
        is Reply.Cancelled -> throw CancellationException("the call was cancelled")
        else -> reply
    }
}

/** The reply as what it must be. */
internal inline fun <reified Expected : Reply> Reply.expected(): Expected =
    this as? Expected ?: throw UppzyException.of(internalFault("the reply is a ${javaClass.simpleName}"))

/** What a call differs in from the client's defaults. */
internal fun settings(
    timeout: Duration?,
    retryUnknown: Boolean?,
): CallSettings = CallSettings(timeout?.inSeconds(), retryUnknown)

/** The seconds that cross the boundary, where what is no time is refused. */
internal fun Duration.inSeconds(): Double = toDouble(DurationUnit.SECONDS)

/** The error for an argument that cannot be handed over at all. */
internal fun refused(
    field: String,
    reason: String,
): UppzyException = UppzyException.of(invalidInput(field, reason))

/** A number of things; the native library knows no negative ones. */
internal fun count(
    field: String,
    number: Int,
): UInt {
    if (number < 0) {
        throw refused(field, "$field must be a whole number from 0 on, not $number")
    }
    return number.toUInt()
}

/** A query's parameters in their order. A list gives its name to each of its values. */
internal fun pairs(query: Map<String, Any?>): List<Pair> =
    query.flatMap { (name, value) ->
        val values = if (value is Iterable<*>) value else listOf(value)
        values.map { Pair(name, queryText(name, it)) }
    }

private fun queryText(
    name: String,
    value: Any?,
): String =
    when (value) {
        is String, is Number, is Boolean -> value.toString()
        else -> throw refused(
            "query",
            "the parameter $name must be a text, a number, a boolean or a list of these",
        )
    }

/** Headers or variables. */
internal fun texts(pairs: Map<String, String>): List<Pair> = pairs.map { (name, value) -> Pair(name, value) }

/** The error, or the reason why there must be one. */
internal fun exception(details: ErrorDetails?): UppzyException =
    UppzyException.of(details ?: internalFault("a result holds neither an answer nor an error"))
