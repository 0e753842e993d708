/** Worker threads come and go, also in the middle of calls. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { eventually, journal, run, stall } from "./support.js";

let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
after(async () => {
  await sandbox.stop();
});

for (const first of ["main thread first", "workers only"]) {
  test(`four workers are terminated in the middle of calls: ${first}`, async () => {
    await stall(sandbox);
    const ended = await run(sandbox, "workers", [first, sandbox.controlUrl]);
    assert.deepEqual([ended.code, ended.signal, ended.errors], [0, null, ""]);
    assert.deepEqual(ended.lines, ["terminated", "answered"]);
    // What the workers had asked was let go of; the last call is the main thread's.
    const gone = async (): Promise<number> =>
      (await journal(sandbox)).filter(({ client_gone }) => client_gone === true).length;
    await eventually("the server sees it", async () => (await gone()) === 40);
    assert.equal((await journal(sandbox)).length, 41);
  });
}

test("twenty workers in turn use the client and end", async () => {
  await sandbox.control("PUT", "/rules", []);
  const ended = await run(sandbox, "workers-in-turn", ["20"]);
  assert.deepEqual([ended.code, ended.signal, ended.errors], [0, null, ""]);
  assert.deepEqual(ended.lines, ["20 answered"]);
});
