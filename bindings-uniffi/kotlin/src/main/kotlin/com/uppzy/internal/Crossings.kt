package com.uppzy.internal

import com.sun.jna.Native
import com.sun.jna.NativeLibrary as Loaded

/**
 * The crossings that every call takes. They are of numbers and bytes only, and are called directly: with
 * structures or callbacks one costs more than all that the client does for a call.
 */
internal object Crossings {
    init {
        Native.register(Crossings::class.java, Loaded.getInstance(NativeLibrary.name()))
    }

    /** Begins a call of that client, and gives it that number. */
    @JvmStatic
    external fun uppzyStart(
        delivery: Long,
        client: Long,
        call: Long,
        request: ByteArray,
        length: Int,
    )

    /** Ends a call; its result will not arrive. */
    @JvmStatic
    external fun uppzyCancel(
        delivery: Long,
        call: Long,
    )

    /**
     * Waits until calls have finished, and puts results into the memory at that address. Gives how many
     * bytes they have, or below 0 how many are needed.
     */
    @JvmStatic
    external fun uppzyTake(
        delivery: Long,
        place: Long,
        room: Long,
    ): Long
}
