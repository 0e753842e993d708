package com.uppzy

import com.uppzy.internal.called
import com.uppzy.internal.generated.EventData
import com.uppzy.internal.generated.EventKindData
import com.uppzy.internal.generated.NativeEvents
import com.uppzy.internal.generated.Reply
import com.uppzy.internal.generated.Request
import com.uppzy.internal.generated.StreamRequest
import com.uppzy.internal.made
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/**
 * Something that happened during a call. Has no field that could hold a key, a text of a person, an id
 * of a session or a filled-in path.
 */
public sealed class Event(
    private val data: EventData,
) {
    /** What happened: `call_started`, `attempt`, `retry`, `poll` or `call_ended`. */
    public val name: String get() = data.name

    /** Numbers the call within its client; the same in all events of one call. */
    public val call: Long get() = data.call.toLong()

    /** The operation's name, such as `chat.send`, or `chat.ask` for a composed one. */
    public val operation: String get() = data.operation

    /** The path with placeholders; empty for a composed operation. */
    public val template: String get() = data.template

    /** The event as one line. */
    override fun toString(): String = data.line

    /** A call began. */
    public class CallStarted internal constructor(
        data: EventData,
    ) : Event(data)

    /** An attempt ended, well or not. */
    public class Attempt internal constructor(
        data: EventData,
        private val kind: EventKindData.Attempt,
    ) : Event(data) {
        /** The attempt's number, from 1. */
        public val attempt: Int get() = kind.attempt.toInt()

        /** How long it took. */
        public val duration: Duration get() = kind.duration.toKotlinDuration()

        /** The HTTP status, when an answer came. */
        public val status: Int? get() = kind.status?.toInt()

        /** The kind of what went wrong, if anything did. */
        public val error: String? get() = kind.error
    }

    /** The request will be sent again. */
    public class Retry internal constructor(
        data: EventData,
        private val kind: EventKindData.Retry,
    ) : Event(data) {
        /** The number of the attempt that failed. */
        public val attempt: Int get() = kind.attempt.toInt()

        /** The wait before the next one. */
        public val delay: Duration get() = kind.delay.toKotlinDuration()

        /** The kind of what went wrong. */
        public val error: String get() = kind.error
    }

    /** The state of a pending answer was read. */
    public class Poll internal constructor(
        data: EventData,
        private val kind: EventKindData.Poll,
    ) : Event(data) {
        /** The poll's number, from 1. */
        public val poll: Int get() = kind.poll.toInt()

        /** Whether the answer is done or failed now. */
        public val isFinished: Boolean get() = kind.finished

        /** The wait before the next poll, unless finished. */
        public val nextIn: Duration? get() = kind.nextIn?.toKotlinDuration()
    }

    /** A call ended. */
    public class CallEnded internal constructor(
        data: EventData,
        private val kind: EventKindData.CallEnded,
    ) : Event(data) {
        /** How many attempts it took. */
        public val attempts: Int get() = kind.attempts.toInt()

        /** How long it took. */
        public val elapsed: Duration get() = kind.elapsed.toKotlinDuration()

        /** The last HTTP status, when an answer came. */
        public val status: Int? get() = kind.status?.toInt()

        /** The kind of what went wrong, if anything did. */
        public val error: String? get() = kind.error

        /** For a call that went wrong: whether it may have reached the server. */
        public val outcome: Outcome? get() = kind.outcome?.let(::Outcome)
    }

    internal companion object {
        fun of(data: EventData): Event =
            when (val kind = data.kind) {
                is EventKindData.CallStarted -> CallStarted(data)
                is EventKindData.Attempt -> Attempt(data, kind)
                is EventKindData.Retry -> Retry(data, kind)
                is EventKindData.Poll -> Poll(data, kind)
                is EventKindData.CallEnded -> CallEnded(data, kind)
            }
    }
}

/** Events of a client, from the moment when it was asked for them. To be collected once. */
public class EventStream internal constructor(
    private val native: NativeEvents,
) : Flow<Event> by flow(
        {
            while (true) {
                val batch = made<Reply.Events>(Request.Stream(StreamRequest.Events(native))).results
                if (batch.isEmpty()) {
                    break
                }
                batch.forEach { emit(Event.of(it)) }
            }
        },
    ) {
    /** How many events were dropped because nobody took them in time. */
    public val dropped: Long get() = native.dropped().toLong()

    /** The events that are there, without waiting. */
    public fun read(): List<Event> = called { native.read() }.map(Event::of)
}
