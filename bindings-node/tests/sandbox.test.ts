import assert from "node:assert/strict";
import { test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { rejection } from "./support.js";

test("a sandbox that is not there says how to get it", async () => {
  const { PATH, UPPZY_SANDBOX } = process.env;
  try {
    process.env["UPPZY_SANDBOX"] = "/no/such/program";
    assert.match(String(await rejection(Sandbox.start())), /UPPZY_SANDBOX names/);
    delete process.env["UPPZY_SANDBOX"];
    process.env["PATH"] = "/no/such/folder";
    assert.match(String(await rejection(Sandbox.start())), /npm install --save-dev uppzy-sandbox/);
  } finally {
    process.env["PATH"] = PATH;
    process.env["UPPZY_SANDBOX"] = UPPZY_SANDBOX;
  }
});

test("a sandbox that cannot start says why", async () => {
  const error = await rejection(Sandbox.start({ arguments: ["--no-such-argument"] }));
  assert.match(String(error), /no-such-argument/);
});

test("a sandbox stops, more than once", async () => {
  const sandbox = await Sandbox.start();
  const client = sandbox.client();
  assert.equal((await client.tenant.get()).meta.httpStatus, 200);
  assert.equal(sandbox.environment["UPPZY_BASE_URL"], client.baseUrl);
  await sandbox.stop();
  await sandbox.stop();
  await assert.rejects(client.tenant.get({ timeoutMs: 200 }));
});
