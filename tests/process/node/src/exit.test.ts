/** A process lives as long as its calls, and not longer. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { atOnce, delay, journal, run, stall } from "./support.js";

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

for (const way of ["calls", "events", "iterates", "abandons", "aborts", "many"]) {
  test(`a finished script exits by itself: ${way}`, async (t) => {
    await atOnce(sandbox);
    const ended = await run(sandbox, "finishes", [way]);
    assert.deepEqual([ended.code, ended.errors], [0, ""]);
    assert.deepEqual(ended.lines, ["done"]);
    t.diagnostic(`${ended.lastMs.toFixed(0)} ms from the last line to the exit`);
  });
}

test("a call in flight keeps the process alive for its own length", async () => {
  await delay(sandbox, 400);
  const ended = await run(sandbox, "waits");
  assert.deepEqual([ended.code, ended.errors], [0, ""]);
  // Nothing else was there to wait for.
  assert.deepEqual(ended.lines, ["started", "answered", "exit 0"]);
});

test("process.exit with 500 calls in flight ends quietly, 20 times", async () => {
  for (let time = 0; time < 20; time += 1) {
    await stall(sandbox);
    const ended = await run(sandbox, "exits", ["500"]);
    assert.deepEqual([ended.code, ended.signal, ended.errors], [7, null, ""]);
    assert.deepEqual(ended.lines, ["exiting"]);
  }
});

test("process.exit while answers arrive ends quietly, 20 times", async () => {
  await atOnce(sandbox);
  for (let time = 0; time < 20; time += 1) {
    const ended = await run(sandbox, "exits", ["500", "while answers arrive"]);
    assert.deepEqual([ended.code, ended.signal, ended.errors], [7, null, ""]);
  }
});

test("an error that nobody catches ends the process as any other", async () => {
  await stall(sandbox);
  const ended = await run(sandbox, "throws");
  assert.equal(ended.code, 1);
  assert.match(ended.errors, /TypeError: of the program/);
});

test("an error of a listener is an uncaught exception, and events go on", async () => {
  await atOnce(sandbox);
  const ended = await run(sandbox, "listener");
  assert.deepEqual([ended.code, ended.errors], [0, ""]);
  assert.deepEqual(ended.lines, ["caught: of the listener", "call_ended"]);
  assert.equal((await journal(sandbox)).length, 1);
});
