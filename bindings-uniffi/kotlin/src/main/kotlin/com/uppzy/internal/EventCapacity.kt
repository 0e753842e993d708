package com.uppzy.internal

/** Events that a stream keeps for its reader, unless told otherwise. */
internal const val EVENT_CAPACITY = 1_000
