import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { isUppzyError } from "uppzy";

import { eventually, QUESTION, rejection, sandbox } from "./support.js";

const server = sandbox();

interface Entry {
  readonly operation: string;
  readonly client_gone?: boolean;
}

async function journal(): Promise<Entry[]> {
  return ((await server.is.control("GET", "/journal")) as { entries: Entry[] }).entries;
}

async function fresh(...rules: object[]): Promise<void> {
  await server.is.control("DELETE", "/journal");
  await server.rules(...rules);
}

const STALLED = { effect: { stall: "head" } };

test("a signal that was aborted before starts nothing and gives its own reason", async () => {
  await fresh();
  const client = server.client();
  const reason = new Error("mine");
  const signal = AbortSignal.abort(reason);
  const pending = client.chat.resume((await client.chat.submit(QUESTION)).token);
  await server.is.control("DELETE", "/journal");
  const calls = [
    client.chat.send({ ...QUESTION, signal }),
    client.chat.ask({ ...QUESTION, signal }),
    client.tenant.limits({ signal }),
    client.documents.upload({ source: Buffer.from("x"), fileName: "x.txt", signal }),
    client.chat.askMany({ questions: [QUESTION], signal }).next(),
    client.chat.waitMany({ tokens: [pending.token], signal }).next(),
    pending.result({ signal }),
    pending.states({ signal }).next(),
  ];
  for (const call of calls) {
    assert.equal(await rejection(call), reason);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await journal(), []);
});

test("an abort in flight releases the socket", async () => {
  await fresh(STALLED);
  const client = server.client();
  const controller = new AbortController();
  const call = client.chat.send({ ...QUESTION, signal: controller.signal });
  await eventually("it is at the server", async () => (await journal()).length === 1);
  controller.abort("enough");
  assert.equal(await rejection(call), "enough");
  await eventually("the server sees it", async () => (await journal())[0]?.client_gone === true);
  assert.equal((await journal()).length, 1);
});

test("an abort in a back-off sends nothing more", async () => {
  await fresh({ effect: { status: 503, headers: { "Retry-After": "1" } } });
  const client = server.client();
  const controller = new AbortController();
  const call = client.chat.send({ ...QUESTION, signal: controller.signal });
  const outcome = rejection(call);
  await eventually("it was refused", async () => (await journal()).length === 1);
  controller.abort();
  assert.equal(await outcome, controller.signal.reason);
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  assert.equal((await journal()).length, 1);
});

test("an abort in a wait for an answer sends nothing more", async () => {
  await fresh();
  await server.is.control("PUT", "/progression", { mode: "never" });
  const client = server.client({ poll: { firstMs: 20, leastMs: 20, mostMs: 20 } });
  const controller = new AbortController();
  const call = client.chat.ask({ ...QUESTION, signal: controller.signal });
  const outcome = rejection(call);
  await eventually("it polls", async () => (await journal()).length >= 3);
  controller.abort();
  assert.equal(await outcome, controller.signal.reason);
  // One may have been on its way.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const seen = (await journal()).length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal((await journal()).length, seen);
  await server.is.control("PUT", "/progression", { mode: "immediate" });
});

test("AbortSignal.timeout ends a call", async () => {
  await fresh(STALLED);
  const client = server.client();
  const error = await rejection(
    client.chat.send({ ...QUESTION, signal: AbortSignal.timeout(100) }),
  );
  assert.ok(error instanceof DOMException);
  assert.equal(error.name, "TimeoutError");
  assert.ok(!isUppzyError(error));
});

test("a deadline is an error of the package", async () => {
  await fresh(STALLED);
  const client = server.client();
  const error = await rejection(client.chat.send({ ...QUESTION, timeoutMs: 100 }));
  assert.ok(isUppzyError(error));
  assert.ok(["deadline_exceeded", "request_timeout"].includes(error.kind));
});

test("one signal serves 10,000 calls with one listener, and keeps none", async () => {
  await fresh();
  const warnings: Error[] = [];
  const warned = (warning: Error): number => warnings.push(warning);
  process.on("warning", warned);
  const client = server.client({ maxInFlight: 50 });
  const { signal } = new AbortController();
  const calls: Promise<unknown>[] = [];
  for (let call = 0; call < 10_000; call += 1) {
    calls.push(client.chat.status({ requestId: "", signal }).catch(() => {}));
  }
  assert.equal(getEventListeners(signal, "abort").length, 1);
  await Promise.all(calls);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(getEventListeners(signal, "abort").length, 0);
  process.off("warning", warned);
  assert.deepEqual(warnings, []);
});

test("one signal ends many calls", async () => {
  await fresh(STALLED);
  const client = server.client();
  const controller = new AbortController();
  const calls = Array.from({ length: 200 }, () =>
    rejection(client.chat.send({ ...QUESTION, signal: controller.signal })),
  );
  await eventually("all are there", async () => (await journal()).length === 200);
  controller.abort("all of you");
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(["all of you"]));
  await eventually("all are gone", async () =>
    (await journal()).every((entry) => entry.client_gone === true),
  );
});
