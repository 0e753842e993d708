package com.uppzy

import com.uppzy.internal.NativeLibrary
import com.uppzy.internal.called
import com.uppzy.internal.generated.NativeSessionIds

/**
 * Makes session ids that are the same in every process and language, and from which nobody can tell who
 * is behind them: ids end up in logs.
 */
public class SessionIds private constructor(
    private val native: NativeSessionIds,
) {
    /**
     * @param secret The same in all processes that are to make the same ids.
     * @throws InvalidInputException It is too short.
     */
    @Throws(UppzyException::class)
    public constructor(secret: ByteArray) : this(made(secret))

    /** The same with a text. */
    @Throws(UppzyException::class)
    public constructor(secret: String) : this(secret.toByteArray())

    /** One conversation for each user. */
    @Throws(UppzyException::class)
    public fun perUser(user: String): String = called { native.perUser(user) }

    /** One conversation for each thread, ticket or call. */
    @Throws(UppzyException::class)
    public fun perThread(thread: String): String = called { native.perThread(thread) }

    /** One conversation for each user in each channel. */
    @Throws(UppzyException::class)
    public fun perChannel(
        channel: String,
        user: String,
    ): String = called { native.perChannel(channel, user) }

    private companion object {
        fun made(secret: ByteArray): NativeSessionIds {
            NativeLibrary.load()
            return called { NativeSessionIds(secret) }
        }
    }
}
