/** Calls, failures and clients leave nothing behind. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { run } from "./support.js";

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

/** What may be left after many rounds, in bytes. */
const ALLOWED = 16 * 1024 * 1024;

for (const what of ["answers", "failures", "aborts", "clients", "pending", "streams"]) {
  test(`memory does not grow with ${what}`, async (t) => {
    const ended = await run(sandbox, "memory", [what], {
      // V8 lets this part of its heap grow by chance, and by as much as a leak would.
      NODE_OPTIONS: "--max-semi-space-size=1",
    });
    assert.deepEqual([ended.code, ended.errors], [0, ""]);
    const [before_ = 0, after_ = 0] = JSON.parse(ended.lines[0] ?? "[]") as number[];
    t.diagnostic(
      `${(before_ / 2 ** 20).toFixed(1)} MiB, then ${(after_ / 2 ** 20).toFixed(1)} MiB`,
    );
    assert.ok(before_ > 0);
    assert.ok(after_ - before_ < ALLOWED, `${before_} bytes, then ${after_}`);
  });
}
