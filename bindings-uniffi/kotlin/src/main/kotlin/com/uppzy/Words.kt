package com.uppzy

/**
 * A word of the API out of a set that may grow. What the client does not know keeps its spelling, so
 * that nothing the server adds breaks an old client.
 */
public abstract class Word internal constructor(
    /** The spelling that is the same in JSON, logs and every other language. */
    public val value: String,
) {
    final override fun equals(other: Any?): Boolean =
        other is Word && other.javaClass == javaClass && other.value == value

    final override fun hashCode(): Int = value.hashCode()

    final override fun toString(): String = value
}

/** How sure the assistant is. */
public class ConfidenceLevel(
    value: String,
) : Word(value) {
    /** The known ones. */
    public companion object {
        /** Very sure. */
        @JvmField
        public val HIGH: ConfidenceLevel = ConfidenceLevel("high")

        /** Less so. */
        @JvmField
        public val MEDIUM: ConfidenceLevel = ConfidenceLevel("medium")

        /** Not sure. */
        @JvmField
        public val LOW: ConfidenceLevel = ConfidenceLevel("low")
    }
}

/** How far the server is with a question. */
public class RequestStatus(
    value: String,
) : Word(value) {
    /** The known ones. */
    public companion object {
        /** It is working on it. */
        @JvmField
        public val PENDING: RequestStatus = RequestStatus("pending")

        /** There is an answer. */
        @JvmField
        public val COMPLETED: RequestStatus = RequestStatus("completed")

        /** There will be none. */
        @JvmField
        public val FAILED: RequestStatus = RequestStatus("failed")
    }
}

/** Whether a document takes part in answers. */
public class DocumentStatus(
    value: String,
) : Word(value) {
    /** The known ones. */
    public companion object {
        /** It does. */
        @JvmField
        public val ACTIVE: DocumentStatus = DocumentStatus("active")

        /** It does not. */
        @JvmField
        public val DRAFT: DocumentStatus = DocumentStatus("draft")
    }
}

/** A judgement on an answer. Any other word than these is refused with [InvalidInputException]. */
public class Feedback(
    value: String,
) : Word(value) {
    /** The known ones. */
    public companion object {
        /** It helped. */
        @JvmField
        public val GOOD: Feedback = Feedback("good")

        /** It did not. */
        @JvmField
        public val BAD: Feedback = Feedback("bad")
    }
}
