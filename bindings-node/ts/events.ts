/** Events of a client: off until asked for, and never in the way of a call. */

import type { Events } from "../native/native.js";
import { bridge, made } from "./bridge.js";
import { settled } from "./errors.js";
import type { JsonObject } from "./models.js";

/**
 * An event as plain data: `event` says what happened (`call_started`, `attempt`, `retry`, `poll`,
 * `call_ended`). No key, message or address in it; durations are seconds.
 */
export type UppzyEvent = JsonObject & { readonly event: string };

/**
 * Events from now on. The process does not stay alive for them, and a reader that is too slow misses
 * the oldest.
 */
export class EventStream implements AsyncIterable<UppzyEvent> {
  readonly #native: Events;
  #isClosed = false;
  readonly #closing = new AbortController();

  /** @internal */
  constructor(native: Events) {
    this.#native = native;
  }

  /** Takes the events that are there, without waiting. */
  read(): UppzyEvent[] {
    return JSON.parse(this.#native.read()) as UppzyEvent[];
  }

  /** How many events were dropped for want of room. */
  get dropped(): number {
    return this.#native.dropped;
  }

  /** Ends the iteration. */
  close(): void {
    this.#isClosed = true;
    this.#closing.abort();
  }

  /** Gives each event as it comes, until the client or this stream is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<UppzyEvent, void> {
    for (let batch = await this.#next(); batch; batch = await this.#next()) {
      yield* batch;
    }
  }

  async #next(): Promise<UppzyEvent[] | null> {
    if (this.#isClosed) {
      return null;
    }
    const native = this.#native;
    try {
      const outcome = await made((id) => native.next(bridge, id), this.#closing.signal);
      return settled(outcome, this.read) as UppzyEvent[] | null;
    } catch (error) {
      if (this.#isClosed) {
        return null;
      }
      throw error;
    }
  }
}
