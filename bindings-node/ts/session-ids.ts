/** Session ids that are stable and tell nothing about the person behind them. */

import type { ErrorDetails, SessionIds as Native } from "../native/native.js";
import { errorFrom } from "./errors.js";
import { native } from "./native.js";

/**
 * Makes session ids that are the same in every process and language, and from which nobody can tell
 * who is behind them: ids end up in logs.
 */
export class SessionIds {
  readonly #native: Native;

  /**
   * @param secret - The same in all processes that are to make the same ids.
   * @throws {@link InvalidInputError} It is too short.
   */
  constructor(secret: string | Uint8Array) {
    this.#native = told(native.SessionIds.create(secret), SessionIds);
  }

  /** One conversation for each user. */
  perUser(user: string): string {
    return told(this.#native.perUser(user), this.perUser);
  }

  /** One conversation for each thread, ticket or call. */
  perThread(thread: string): string {
    return told(this.#native.perThread(thread), this.perThread);
  }

  /** One conversation for each user in each channel. */
  perChannel(options: { channel: string; user: string }): string {
    return told(this.#native.perChannel(options.channel, options.user), this.perChannel);
  }
}

function told<Value>(
  value: Value | ErrorDetails,
  // biome-ignore lint/complexity/noBannedTypes: a class or a method.
  caller: Function,
): Value {
  if (value instanceof native.ErrorDetails) {
    throw errorFrom(value, caller as () => unknown);
  }
  return value;
}
