package com.uppzy.internal

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/** Results that the native library hands over in batches, one after the other; an empty one is the end. */
internal fun <Stream, Item> batches(
    begin: () -> Stream,
    next: suspend (Stream) -> List<Item>,
    end: (Stream) -> Unit,
): Flow<Item> =
    flow {
        val stream = called(begin)
        try {
            while (true) {
                val batch = next(stream)
                if (batch.isEmpty()) {
                    break
                }
                batch.forEach { emit(it) }
            }
        } finally {
            end(stream)
        }
    }
