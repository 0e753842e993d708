package com.uppzy.internal

import com.sun.jna.Memory
import com.sun.jna.Pointer
import com.uppzy.internal.generated.CallSettings
import com.uppzy.internal.generated.FfiConverterTypeCallSettings
import com.uppzy.internal.generated.FfiConverterTypeReply
import com.uppzy.internal.generated.FfiConverterTypeRequest
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.internalFault
import com.uppzy.internal.generated.openDelivery
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.suspendCancellableCoroutine
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume

/**
 * Calls under way in the native library, whose results arrive on one thread, many at once.
 */
internal object Delivery {
    /** Room for results at first, in bytes; it grows with the largest. */
    private const val ROOM = 64L * 1024

    /** Room that grew beyond this, in bytes, is given up. */
    private const val LARGEST_KEPT = 1024L * 1024

    private val number: Long = openDelivery().toLong()
    private val lastCall = AtomicLong()
    private val waiting = ConcurrentHashMap<Long, Waiting>()

    /** The owner is kept, as the native library frees what nobody has any more. */
    private class Waiting(
        val continuation: CancellableContinuation<Reply>,
        @Suppress("unused") val owner: Any,
    )

    init {
        thread(name = "uppzy-results", isDaemon = true) { deliver() }
    }

    /** Makes a call of that client, or of none. */
    suspend fun await(
        client: Long,
        owner: Any,
        settings: CallSettings,
        request: Request,
    ): Reply {
        val bytes = lowered(settings, request)
        return suspendCancellableCoroutine { continuation ->
            val call = lastCall.incrementAndGet()
            waiting[call] = Waiting(continuation, owner)
            Crossings.uppzyStart(number, client, call, bytes.array(), bytes.position())
            // Only now, so that the end does not come before the beginning.
            continuation.invokeOnCancellation {
                if (waiting.remove(call) != null) {
                    Crossings.uppzyCancel(number, call)
                }
            }
        }
    }

    private fun lowered(
        settings: CallSettings,
        request: Request,
    ): ByteBuffer {
        val size =
            FfiConverterTypeCallSettings.allocationSize(settings) + FfiConverterTypeRequest.allocationSize(request)
        val bytes = ByteBuffer.allocate(Math.toIntExact(size.toLong()))
        FfiConverterTypeCallSettings.write(settings, bytes)
        FfiConverterTypeRequest.write(request, bytes)
        return bytes
    }

    /** Takes results as long as the process lives. */
    private fun deliver() {
        var memory = Memory(ROOM)
        while (true) {
            val taken = Crossings.uppzyTake(number, Pointer.nativeValue(memory), memory.size())
            if (taken < 0) {
                memory = Memory(-taken)
                continue
            }
            try {
                hand(memory.getByteBuffer(0, taken).order(ByteOrder.BIG_ENDIAN))
            } catch (fault: Throwable) {
                // Nobody may wait for ever for what was lost with it.
                waiting.keys.forEach { finish(it, failed(fault)) }
            }
            if (memory.size() > LARGEST_KEPT) {
                memory = Memory(ROOM)
            }
        }
    }

    private fun hand(results: ByteBuffer) {
        while (results.hasRemaining()) {
            val call = results.getLong()
            val end = results.getInt() + results.position()
            val reply =
                try {
                    FfiConverterTypeReply.read(results)
                } catch (fault: Exception) {
                    failed(fault)
                }
            results.position(end)
            finish(call, reply)
        }
    }

    private fun failed(fault: Throwable) = Reply.Failed(internalFault("a result could not be read: $fault"))

    private fun finish(
        call: Long,
        reply: Reply,
    ) {
        val continuation = waiting.remove(call)?.continuation ?: return
        val dispatcher = continuation.context[ContinuationInterceptor]
        if (dispatcher == null || dispatcher === Dispatchers.Unconfined) {
            // What comes after the call would run here, and hold all other results up.
            Dispatchers.Default.dispatch(EmptyCoroutineContext) { continuation.resume(reply) }
        } else {
            continuation.resume(reply)
        }
    }
}
