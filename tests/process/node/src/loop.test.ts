/** The event loop is not held up. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { run } from "./support.js";

/** What a turn of the event loop may take, in milliseconds. */
const LONGEST_TURN_MS = 5;

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

test("1,000 answers that arrive at once block the loop for less than 5 ms", async (t) => {
  const ended = await run(sandbox, "arrivals", ["1000", "12"]);
  assert.deepEqual([ended.code, ended.errors], [0, ""]);
  const rounds = JSON.parse(ended.lines[0] ?? "[]") as number[];
  assert.equal(rounds.length, 12);
  t.diagnostic(`the longest turn of each round, in ms: ${rounds.map((ms) => ms.toFixed(1))}`);
  // Whatever else runs on the machine can make a turn longer, and never shorter.
  const undisturbed = Math.min(...rounds);
  assert.ok(undisturbed < LONGEST_TURN_MS, `${undisturbed} ms`);
});
