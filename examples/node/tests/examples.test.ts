/** Every example runs against the sandbox as it stands. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";

import { Sandbox } from "uppzy/testing";

import { eventually, journal, Program } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "uppzy-examples-"));
let sandbox: Sandbox;
before(async () => {
  sandbox = await Sandbox.start();
});
beforeEach(async () => {
  await sandbox.control("POST", "/reset");
});
after(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

test("quickstart", async () => {
  const first = new Program(sandbox, "quickstart");
  assert.equal(await first.end(), 0, first.errors);
  assert.match(first.lines.join("\n"), /created doc_.*\n.*30 days[\s\S]*for the first time: true/);
  const second = new Program(sandbox, "quickstart");
  assert.equal(await second.end(), 0, second.errors);
  assert.doesNotMatch(second.lines.join("\n"), /created/);
});

test("quickstart with a wrong key says what to do", async () => {
  const program = new Program(sandbox, "quickstart", [], { UPPZY_API_KEY: "wrong" });
  assert.equal(await program.end(), 1);
  assert.match(program.errors, /401[\s\S]*UPPZY_API_KEY/);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

test("fastify_service answers, and lets go of visitors who have gone", async () => {
  const port = await freePort();
  const service = new Program(sandbox, "fastify_service", [], {
    PORT: String(port),
    SESSION_SECRET: "a secret that is long enough",
  });
  try {
    await service.line(/listening/);
    const ask = async (signal?: AbortSignal): Promise<Response> =>
      await fetch(`http://127.0.0.1:${port}/ask`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ user: "u-17", question: "When are you open?" }),
        ...(signal === undefined ? {} : { signal }),
      });
    const answered = await ask();
    assert.equal(answered.status, 200);
    assert.ok(((await answered.json()) as { answer: string }).answer.length > 0);

    await sandbox.control("PUT", "/rules", [{ effect: { stall: "head" } }]);
    await sandbox.control("DELETE", "/journal");
    const controller = new AbortController();
    const leaving = ask(controller.signal).catch(() => {});
    await eventually("it is asked", async () => (await journal(sandbox)).length === 1);
    controller.abort();
    await leaving;
    await eventually(
      "it is let go of",
      async () => (await journal(sandbox))[0]?.client_gone === true,
    );

    await sandbox.control("PUT", "/rules", [{ effect: { status: 401 } }]);
    assert.equal((await ask()).status, 503);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(await metrics.text(), /uppzy/);
  } finally {
    await service.stop();
  }
});

test("bullmq_worker answers many questions with looks in between", async () => {
  const port = await freePort();
  const redis = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
    { stdio: "ignore" },
  );
  await once(redis, "spawn");
  const environment = { REDIS_URL: `redis://127.0.0.1:${port}` };
  await sandbox.control("PUT", "/progression", { mode: "after_polls", polls: 1 });
  const worker = new Program(sandbox, "bullmq_worker", ["work"], environment);
  try {
    await worker.line(/working/);
    const questions = ["When are you open?", "Do you ship abroad?", "Who are you?"];
    const asking = new Program(sandbox, "bullmq_worker", ["ask", ...questions], environment);
    assert.equal(await asking.end(), 0, asking.errors);
    assert.equal(asking.lines.length, 3);
    for (const [index, line] of asking.lines.entries()) {
      assert.match(line, /documents/);
      assert.ok(line.startsWith(questions[index] ?? "?"));
    }
    const seen = (await journal(sandbox)).map(({ operation }) => operation);
    assert.equal(seen.filter((operation) => operation === "chat.submit").length, 3);
    assert.equal(seen.filter((operation) => operation === "chat.status").length, 6);
  } finally {
    await worker.stop();
    redis.kill();
    await once(redis, "close");
  }
});

test("feedback_loop rates answers and writes tickets", async () => {
  await sandbox.control("PUT", "/progression", { mode: "immediate" });
  const tickets = join(folder, "tickets.jsonl");
  const program = new Program(sandbox, "feedback_loop", [tickets]);
  program.say("When are you open?\ngood\nI want a human\nbad\n");
  assert.equal(await program.end(), 0, program.errors);
  assert.equal(program.lines.at(-1), "1 good, 1 bad");
  const written = readFileSync(tickets, "utf8").trim().split("\n");
  const reasons = written.map((line) => (JSON.parse(line) as { reason: string }).reason);
  assert.deepEqual(reasons, ["low_confidence", "asked_for_a_person"]);
});
