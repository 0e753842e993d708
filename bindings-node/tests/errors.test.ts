import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { inspect } from "node:util";

import * as uppzy from "uppzy";
import { isUppzyError, SessionIds, Uppzy, UppzyError } from "uppzy";

import { QUESTION, rejection, sandbox } from "./support.js";

interface Row {
  readonly kind: string;
  readonly class: string;
  readonly group: string;
  readonly user_message: string;
  readonly hint: string;
}

const server = sandbox();
const require_ = createRequire(`${process.cwd()}/package.json`);
const { native } = require_("./dist/native.js") as {
  native: { ErrorDetails: { table(): string } };
};
const TABLE = JSON.parse(native.ErrorDetails.table()) as Row[];

test("every kind of the core's table has its class, below its group", () => {
  assert.equal(TABLE.length, 26);
  const exported = uppzy as unknown as Record<string, new (fields: object) => UppzyError>;
  for (const row of TABLE) {
    const errorClass = exported[row.class];
    assert.ok(errorClass, `there is no ${row.class}`);
    const error = new errorClass({ kind: row.kind, message: "m", hint: row.hint });
    assert.equal(error.name, row.class);
    assert.equal(error.code, row.kind);
    assert.ok(error instanceof Error);
    const group = exported[row.group];
    assert.ok(group && error instanceof group, `${row.class} is no ${row.group}`);
    assert.ok(isUppzyError(error, row.kind as uppzy.ErrorKind));
  }
});

test("an error has all its fields", async () => {
  await server.rules({
    match: { operation: ["chat.send"] },
    effect: { status: 429, headers: { "Retry-After": "2" }, body: { code: "too_many" } },
  });
  const client = server.client({ retry: { maxAttempts: 1 } });
  const error = await rejection(client.chat.send(QUESTION));
  assert.ok(isUppzyError(error, "rate_limit"));
  assert.ok(error instanceof uppzy.RateLimitError);
  assert.ok(error instanceof uppzy.ApiError);
  assert.equal(error.retryAfterMs, 2_000);
  assert.equal(error.outcome, "rejected");
  assert.equal(error.operation, "chat.send");
  assert.equal(error.httpStatus, 429);
  assert.equal(error.serverCode, "too_many");
  assert.equal(error.retryStoppedBy, "max_attempts");
  assert.equal(error.attempts.length, 1);
  assert.equal(error.attempts[0]?.status, 429);
  assert.ok(error.elapsedMs >= 0);
  assert.match(error.message, /^chat\.send: /);
  assert.notEqual(error.userMessage, "");
  assert.notEqual(error.hint, "");
  assert.match(error.report(), /rate_limit/);
  assert.deepEqual(error.queueVerdict(), { action: "retry_in", delayMs: 2_000 });
  const json = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
  assert.equal(json["kind"], "rate_limit");
  assert.equal(json["retry_after"], 2);
  assert.deepEqual(Object.keys(json).sort(), Object.keys(error.toJSON()).sort());
  await server.rules();
});

test("the cause of a deadline is the last error", async () => {
  await server.rules({ match: { operation: ["chat.send"] }, effect: { status: 503 } });
  const client = server.client({ retry: { maxAttempts: 9 } });
  const error = await rejection(client.chat.send({ ...QUESTION, timeoutMs: 400 }));
  assert.ok(isUppzyError(error));
  const found = error.kind === "deadline_exceeded" ? error.cause : error;
  assert.ok(isUppzyError(found, "service_unavailable"));
  await server.rules();
});

test("an error of another copy of the package is known by its mark", () => {
  const folder = require_.resolve("./dist/errors.js");
  const cached = Object.keys(require_.cache).filter((path) => path.includes("/dist/"));
  const kept = cached.map((path) => [path, require_.cache[path]] as const);
  for (const [path] of kept) {
    delete require_.cache[path];
  }
  const other = require_(folder) as typeof uppzy;
  for (const [path, module] of kept) {
    require_.cache[path] = module;
  }
  const error: unknown = new other.ServerError({ kind: "server", message: "m" });
  assert.ok(!(error instanceof UppzyError));
  assert.ok(isUppzyError(error));
  assert.ok(isUppzyError(error, "server"));
  assert.ok(!isUppzyError(error, "rate_limit"));
  for (const nothing of [new Error("x"), null, undefined, "server", { kind: "server" }]) {
    assert.ok(!isUppzyError(nothing));
  }
});

/** The first line of the stack that names a place. */
function place(error: unknown): string {
  assert.ok(error instanceof Error);
  const line = error.stack?.split("\n").find((text) => text.trimStart().startsWith("at "));
  return line ?? "";
}

test("stacks begin with the caller's line", async () => {
  const client = server.client();
  const pending = await client.chat.submit(QUESTION);
  const empty = { ...QUESTION, message: "" };
  const calls: Record<string, () => unknown> = {
    async ask() {
      return await client.chat.ask(empty);
    },
    async send() {
      return await client.chat.send(empty);
    },
    async status() {
      return await client.chat.status({ requestId: "none" });
    },
    async feedback() {
      return await client.chat.feedback({ sessionId: "", requestId: "", feedback: "good" });
    },
    async result() {
      client.close();
      return await pending.result();
    },
    async documents() {
      return await client.documents.delete({ ids: [] });
    },
    async tenant() {
      return await client.tenant.get();
    },
    async upload() {
      return await client.documents.upload({ source: "/no/such/file" });
    },
    resume() {
      return client.chat.resume("v1.damaged");
    },
    constructor_() {
      return new Uppzy({ apiKey: "a\nb", environment: {} });
    },
    forSite() {
      return client.forSite("");
    },
    sessionIds() {
      return new SessionIds("");
    },
    async many() {
      for await (const _outcome of client.chat.askMany({ questions: [], concurrency: -1 })) {
        // Nothing comes.
      }
    },
  };
  for (const [name, call] of Object.entries(calls)) {
    const error = await rejection((async () => await call())());
    assert.ok(isUppzyError(error), `${name} threw ${inspect(error)}`);
    const first = place(error);
    assert.match(first, new RegExp(`\\b${name}\\b.*errors\\.test`), `${name}: ${first}`);
    assert.ok(error.stack?.startsWith(`${error.name}: ${error.message}`));
  }
});

test("a wrong option is named, and its value is not", async () => {
  const client = server.client();
  const cases: [given: object, field: string, says: RegExp][] = [
    [{ sessionId: "s", message: 5 }, "message", /wrong type: expected a string/],
    [{ sessionId: "s" }, "message", /message is missing/],
    [{ ...QUESTION, mail: "planted@example.org" }, "mail", /there is no option mail/],
    [{ ...QUESTION, email: { planted: 1 } }, "email", /wrong type/],
    [{ ...QUESTION, timeoutMs: Number.NaN }, "timeout_ms", /wrong type/],
    [{ ...QUESTION, timeoutMs: Number.POSITIVE_INFINITY }, "timeout_ms", /wrong type/],
    [{ ...QUESTION, timeoutMs: -1 }, "timeout", /milliseconds from 0 on/],
  ];
  for (const [given, field, says] of cases) {
    const error = await rejection(client.chat.send(given as typeof QUESTION));
    assert.ok(isUppzyError(error, "invalid_input"), inspect(error));
    assert.equal(error.field, field);
    assert.match(error.message, says);
    assert.doesNotMatch(inspect(error) + error.report(), /planted/);
  }
});

test("half a character does no harm", async () => {
  const client = server.client();
  const answer = await client.chat.send({ message: "cut \ud83d off, \\ud800", sessionId: "s" });
  assert.notEqual(answer.requestId, "");
});
