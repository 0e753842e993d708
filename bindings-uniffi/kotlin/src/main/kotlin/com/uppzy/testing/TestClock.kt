package com.uppzy.testing

import com.uppzy.UppzyException
import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.called
import com.uppzy.internal.inSeconds
import java.time.Instant
import kotlin.time.Duration
import com.uppzy.internal.generated.TestClock as NativeClock

/** Where clients take time and randomness from in tests; given to a client as its `clock`. */
public class TestClock private constructor(
    internal val native: NativeClock,
) {
    /** The clock's present moment. */
    public val now: Instant get() = native.now()

    /** Moves the time forward. */
    @Throws(UppzyException::class)
    public fun advance(by: Duration): Unit = called { native.advance(by.inSeconds()) }

    /** The kinds of time. */
    public companion object {
        /**
         * Time that jumps over waits as soon as all calls only wait for it.
         *
         * @param seed Of everything left to chance.
         * @param silence The real time for which a server may say nothing before the timer that guards
         * the request fires. Default: 0.3 s.
         */
        public fun virtual(
            seed: Long = 0,
            silence: Duration? = null,
        ): TestClock {
            NativeLibrary.load()
            return TestClock(called { NativeClock.virtualTime(seed.toULong(), silence?.inSeconds()) })
        }

        /** Time that stands still but for [advance]. */
        public fun manual(seed: Long = 0): TestClock {
            NativeLibrary.load()
            return TestClock(NativeClock.manual(seed.toULong()))
        }
    }
}
