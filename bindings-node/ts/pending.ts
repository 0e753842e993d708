/** A question that the server has accepted. */

import type { inspect as Inspect, InspectOptions } from "node:util";

import type { ErrorDetails, Pending } from "../native/native.js";
import { bridge, type Handle, made } from "./bridge.js";
import { type AnyUppzyError, errorFrom, settled } from "./errors.js";
import { INSPECT, shown } from "./inspect.js";
import { Answer, ChatStatus, type WrittenAnswer, type WrittenStatus } from "./models.js";
import { type CallOptions, toJson } from "./options.js";
import { Batches } from "./streams.js";

/** What one look at a pending answer found. */
export type PollOutcome =
  /** It is still being made: another look is worthwhile after `retryInMs`. */
  | { readonly state: "pending"; readonly retryInMs: number }
  /** It is there. */
  | { readonly state: "completed"; readonly answer: Answer }
  /** There will be none, and why. */
  | { readonly state: "failed"; readonly error: AnyUppzyError };

type WrittenOutcome =
  | { readonly state: "pending"; readonly retry_in: number }
  | { readonly state: "completed"; readonly answer: WrittenAnswer }
  | { readonly state: "failed"; readonly error: number };

/** @internal Makes the outcome of what the native library tells. */
export function readOutcome(value: unknown, handles: Handle[]): PollOutcome {
  const outcome = value as WrittenOutcome;
  switch (outcome.state) {
    case "pending":
      return { state: outcome.state, retryInMs: outcome.retry_in * 1_000 };
    case "completed":
      return { state: outcome.state, answer: new Answer(outcome.answer) };
    default:
      return {
        state: outcome.state,
        error: errorFrom(handles[outcome.error] as ErrorDetails),
      };
  }
}

/**
 * A question that the server has accepted, and the answer to it that is being made.
 *
 * Store `token` before you wait: with it any process, in any language, takes the answer up. Dropping
 * this object, or aborting the wait, only stops the waiting: the server goes on. `for await` gives the
 * states of the answer as they change, the final one last.
 *
 * It is not thenable by itself, since every `async` function that hands it on would then wait for the
 * answer: `await pending.result()`.
 */
export class PendingAnswer implements AsyncIterable<ChatStatus> {
  readonly #native: Pending;
  /** The API's id of the question. */
  readonly requestId: string;

  /** @internal */
  constructor(native: Pending) {
    this.#native = native;
    this.requestId = native.requestId;
  }

  /** The conversation; empty if a token was too long to hold it. */
  get sessionId(): string {
    return this.#native.sessionId;
  }

  /** When the server accepted the question. */
  get submittedAt(): Date {
    return new Date(this.#native.submittedAt);
  }

  /** A text of at most 512 characters to resume with. Holds no key, message or address. */
  get token(): string {
    return this.#native.token;
  }

  /**
   * Waits for the answer; `timeoutMs` is by default the client's `askTimeoutMs`, 120 s.
   *
   * @throws {@link PollTimeoutError} It is still being made; the error carries the token.
   * @throws {@link ChatFailedError} The server could not answer.
   * @throws {@link ChatGoneError} The server no longer knows the question.
   * @throws {@link UppzyError} What any call can end in.
   */
  async result(options: CallOptions = {}): Promise<Answer> {
    const outcome = await this.#made("result", options);
    return new Answer(settled(outcome, this.result) as WrittenAnswer);
  }

  /**
   * Reads the state once, with the usual retries.
   *
   * @throws {@link UppzyError} What any call can end in.
   */
  async status(options: CallOptions = {}): Promise<ChatStatus> {
    const outcome = await this.#made("status", options);
    return new ChatStatus(settled(outcome, this.status) as WrittenStatus);
  }

  /**
   * Looks once and says what to do next: for job queues, so that no worker is held.
   *
   * @throws {@link UppzyError} What any call can end in; a failed answer is an outcome.
   */
  async pollOnce(options: CallOptions = {}): Promise<PollOutcome> {
    const native = this.#native;
    const outcome = await made(
      (id) => native.start(bridge, id, "poll_once", toJson(options)),
      options.signal,
      readOutcome,
    );
    return settled(outcome, this.pollOnce) as PollOutcome;
  }

  /**
   * Gives the states of the answer as they change, the final one last.
   *
   * @throws {@link PollTimeoutError} The client's `askTimeoutMs` is over.
   * @throws {@link UppzyError} What any call can end in.
   */
  async *states(options: Pick<CallOptions, "signal"> = {}): AsyncGenerator<ChatStatus, void> {
    const batches = new Batches<WrittenStatus>(this.#native.states(), options.signal);
    try {
      const { states } = this;
      for (let batch = await batches.next(states); batch; batch = await batches.next(states)) {
        for (const status of batch) {
          yield new ChatStatus(status);
        }
      }
    } finally {
      batches.close();
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<ChatStatus, void> {
    return this.states();
  }

  #made(name: string, options: CallOptions): Promise<unknown> {
    const native = this.#native;
    return made((id) => native.start(bridge, id, name, toJson(options)), options.signal);
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    return shown("PendingAnswer", { requestId: this.requestId }, options, inspect);
  }
}
