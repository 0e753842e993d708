/** What a client has done so far, in numbers. */

import type { Metrics as Native } from "../native/native.js";
import type { JsonObject } from "./models.js";

/** What a client, and those that share with it, have done so far in this process. */
export class Metrics {
  readonly #native: Native;
  readonly #fields: JsonObject;

  /** @internal */
  constructor(native: Native) {
    this.#native = native;
    this.#fields = JSON.parse(native.fields()) as JsonObject;
  }

  /**
   * By the operation's name, such as `chat.send`: `calls`, `succeeded`, `failed` and `outcomes` by
   * name, `retries`, `throttled`, `server_errors`, `latency` in seconds, `answers`.
   */
  get operations(): Readonly<Record<string, JsonObject>> {
    return this.#fields["operations"] as Readonly<Record<string, JsonObject>>;
  }

  /** Ratings `good` that the server took. */
  get feedbackGood(): number {
    return this.#fields["feedback_good"] as number;
  }

  /** Ratings `bad` that the server took. */
  get feedbackBad(): number {
    return this.#fields["feedback_bad"] as number;
  }

  /** Events that were dropped because their reader was too slow. */
  get eventsDropped(): number {
    return this.#fields["events_dropped"] as number;
  }

  /** All numbers in the form that is the same in every language; durations are seconds. */
  toJSON(): JsonObject {
    return this.#fields;
  }

  /**
   * The numbers in Prometheus' text format 0.0.4, to be served as
   * `text/plain; version=0.0.4; charset=utf-8`.
   */
  toPrometheus(): string {
    return this.#native.toPrometheus();
  }
}
