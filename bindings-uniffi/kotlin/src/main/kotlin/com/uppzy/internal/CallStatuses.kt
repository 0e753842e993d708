package com.uppzy.internal

import com.uppzy.internal.generated.UniffiRustCallStatus

/**
 * Where the native library tells of a call's success: one place for each thread, since making one for each
 * of the handful of crossings that a call takes costs more than the crossing.
 */
internal object CallStatuses {
    private val places = ThreadLocal.withInitial(::UniffiRustCallStatus)

    /** The thread's own, which holds no failure. */
    fun ofThread(): UniffiRustCallStatus = places.get()

    /** One that does hold a failure is its reader's; the thread gets another. */
    fun keep(failed: UniffiRustCallStatus) {
        if (places.get() === failed) {
            places.remove()
        }
    }
}
