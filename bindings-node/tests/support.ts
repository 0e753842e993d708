/** What the tests share. */

import { after, before } from "node:test";

import type { Uppzy, UppzyOptions } from "uppzy";
import { Sandbox } from "uppzy/testing";

/** A question that any server takes. */
export const QUESTION = { message: "When are you open?", sessionId: "test-1" };

/** A sandbox for the tests of a file. */
export function sandbox(): {
  readonly is: Sandbox;
  client(options?: UppzyOptions): Uppzy;
  rules(...rules: object[]): Promise<void>;
} {
  let started: Sandbox | undefined;
  before(async () => {
    started = await Sandbox.start();
  });
  after(async () => {
    await started?.stop();
  });
  const is = (): Sandbox => {
    if (started === undefined) {
      throw new Error("the sandbox was not started");
    }
    return started;
  };
  return {
    get is() {
      return is();
    },
    client: (options) => is().client(options),
    rules: async (...rules) => {
      await is().control("PUT", "/rules", rules);
    },
  };
}

/** Waits until something holds. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > until) {
      throw new Error(`it never came to pass that ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not rejected");
}
