/** Calls by number: made in the native library, settled here, many for one wake-up. */

import { setImmediate } from "node:timers";

import type { ErrorDetails, Pending } from "../native/native.js";
import { native } from "./native.js";

/** What a delivery's JSON refers to by its place. */
export type Handle = ErrorDetails | Pending;

/** A call that ended in an error. Made into one where the caller's stack can be seen. */
export class Failed {
  constructor(readonly details: ErrorDetails) {}
}

/** Makes of a value what the caller gets; sees the handles that the value refers to. */
type Read = (value: unknown, handles: Handle[]) => unknown;

interface Waiting {
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly read: Read | undefined;
}

const RESULT = 0;
const FAILURE = 2;
const MODEL = 3;

const NO_HANDLES: Handle[] = [];

const waiting = new Map<number, Waiting>();
let lastId = 0;

/** The way to the native library; it wakes this thread when calls have finished. */
export const bridge = new native.Bridge(deliver);

/**
 * Makes a call: `begin` starts it under a number.
 *
 * It comes to its value or to `Failed`; if the signal is aborted, it throws the signal's own reason,
 * and nothing more is sent.
 */
export function made(
  begin: (id: number) => void,
  signal: AbortSignal | undefined,
  read?: Read,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    // An unsigned number of 32 bits, as the native library takes it.
    lastId = (lastId + 1) >>> 0;
    const id = lastId;
    begin(id);
    waiting.set(id, { resolve, reject, signal, read });
    if (signal !== undefined) {
      watch(signal, id);
    }
  });
}

/** Settles the calls that have finished. */
function deliver(): void {
  const texts = bridge.take();
  if (texts === null) {
    return;
  }
  const told = JSON.parse(texts[0] as string) as unknown[];
  const end = told.length - 2;
  const [more, hasHandles] = [told[end], told[end + 1]];
  if (more) {
    // Not at once: others want their turn.
    setImmediate(deliver);
  }
  settle(told, end, texts, hasHandles ? bridge.takeHandles() : NO_HANDLES);
}

function settle(told: unknown[], end: number, texts: string[], handles: Handle[]): void {
  let text = 0;
  for (let place = 0; place < end; place += 3) {
    const id = told[place] as number;
    const tag = told[place + 1];
    const value = told[place + 2];
    if (tag === MODEL) {
      const model = value as unknown[];
      text += 1;
      model[model.length - 1] = texts[text];
    }
    const call = waiting.get(id);
    // A cancelled one.
    if (call === undefined) {
      continue;
    }
    waiting.delete(id);
    if (call.signal !== undefined) {
      unwatch(call.signal, id);
    }
    if (tag === RESULT || tag === MODEL) {
      call.resolve(call.read === undefined ? value : call.read(value, handles));
    } else {
      const handle = handles[value as number];
      call.resolve(tag === FAILURE ? new Failed(handle as ErrorDetails) : handle);
    }
  }
}

/** The calls under each signal: however many they are, the signal has one listener. */
const watched = new WeakMap<AbortSignal, Watch>();

interface Watch {
  readonly ids: Set<number>;
  readonly listener: () => void;
}

function watch(signal: AbortSignal, id: number): void {
  const known = watched.get(signal);
  if (known !== undefined) {
    known.ids.add(id);
    return;
  }
  const ids = new Set([id]);
  const listener = (): void => {
    watched.delete(signal);
    for (const cancelled of ids) {
      cancel(cancelled, signal.reason);
    }
  };
  watched.set(signal, { ids, listener });
  signal.addEventListener("abort", listener, { once: true });
}

function unwatch(signal: AbortSignal, id: number): void {
  const known = watched.get(signal);
  if (known === undefined) {
    return;
  }
  known.ids.delete(id);
  if (known.ids.size === 0) {
    watched.delete(signal);
    signal.removeEventListener("abort", known.listener);
  }
}

function cancel(id: number, reason: unknown): void {
  const call = waiting.get(id);
  if (call !== undefined) {
    waiting.delete(id);
    bridge.cancel(id);
    call.reject(reason);
  }
}

/** How many calls are under way, for tests. */
export function underWay(): number {
  return waiting.size;
}
