/** Results that come one after the other, taken from the native library in batches. */

import type { Stream } from "../native/native.js";
import { bridge, type Handle, made } from "./bridge.js";
import { settled } from "./errors.js";

/** @internal The batches of a stream. */
export class Batches<Item> {
  readonly #stream: Stream;
  readonly #signal: AbortSignal | undefined;
  readonly #read: ((item: unknown, handles: Handle[]) => Item) | undefined;

  constructor(
    stream: Stream,
    signal: AbortSignal | undefined,
    read?: (item: unknown, handles: Handle[]) => Item,
  ) {
    this.#stream = stream;
    this.#signal = signal;
    this.#read = read;
  }

  /** The items that are there, at least one; null at the end. */
  async next(method: (...given: never[]) => unknown): Promise<Item[] | null> {
    const stream = this.#stream;
    const read = this.#read;
    const readAll =
      read &&
      ((items: unknown, handles: Handle[]): Item[] | null =>
        items === null ? null : (items as unknown[]).map((item) => read(item, handles)));
    const outcome = await made((id) => stream.next(bridge, id), this.#signal, readAll);
    return settled(outcome, method) as Item[] | null;
  }

  /** Ends the work. What the server has accepted goes on there. */
  close(): void {
    this.#stream.close();
  }
}
