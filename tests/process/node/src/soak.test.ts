/** Calls of all kinds in one process, for long: shortened here, in full where `UPPZY_SOAK=full`. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import type { State } from "./programs/soak.js";
import { run } from "./support.js";

const isFull = process.env["UPPZY_SOAK"] === "full";
const [CALLS, FAILURES, CLIENTS] = isFull ? [1_000_000, 10_000, 1_000] : [20_000, 1_000, 100];
/** A program that hangs is ended after this time. */
const LONGEST_MS = isFull ? 3_600_000 : 180_000;
const MEBIBYTE = 2 ** 20;

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

test("no memory, thread or file more after the last tenth than after the second", async (t) => {
  const counts = [CALLS, FAILURES, CLIENTS].map(String);
  const ended = await run(
    sandbox,
    "soak",
    counts,
    // V8 lets this part of its heap grow by chance, and by as much as a leak would.
    { NODE_OPTIONS: "--max-semi-space-size=1" },
    LONGEST_MS,
  );
  assert.deepEqual([ended.code, ended.errors], [0, ""]);
  const states = ended.lines.map((line) => JSON.parse(line) as State);
  assert.equal(states.length, 10);
  for (const [index, { bytes, heap, threads, files }] of states.entries()) {
    const memory = [bytes, heap].map((size) => (size / MEBIBYTE).toFixed(1));
    t.diagnostic(
      `after ${((index + 1) * CALLS) / 10} calls: ${memory[0]} MiB, of them ${memory[1]} ` +
        `in V8's heap, ${threads} threads, ${files} files`,
    );
  }
  const [, early] = states;
  const late = states.at(-1);
  assert.ok(early !== undefined && late !== undefined && early.bytes > 0 && early.heap > 0);
  const grown = (what: keyof State): number => late[what] - early[what];
  assert.ok(grown("bytes") < 8 * MEBIBYTE, `${grown("bytes")} bytes`);
  assert.ok(grown("heap") < MEBIBYTE, `${grown("heap")} bytes in V8's heap`);
  assert.ok(grown("threads") <= 0, `${grown("threads")} threads`);
  // A pool may hold a few idle connections more.
  assert.ok(grown("files") < 10, `${grown("files")} files`);
});
