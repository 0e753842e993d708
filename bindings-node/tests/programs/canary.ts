/** Makes every call with planted words, and writes down all that can be seen of it from outside. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { inspect } from "node:util";

import { SessionIds, Uppzy, UppzyError, type UppzyOptions } from "uppzy";
import { virtualClock } from "uppzy/testing";

interface Given {
  readonly plants: Record<
    "key" | "bearer" | "header" | "message" | "answer" | "title" | "email" | "secret",
    string
  >;
  readonly options: UppzyOptions;
  readonly controlUrl: string;
  readonly echoUrl: string;
  readonly forms: readonly string[];
  readonly seen: string;
}

const given = JSON.parse(readFileSync(0, "utf-8")) as Given;
const { key, bearer, header, message, answer, title, email, secret } = given.plants;
const seen: [string, string][] = [];
const kinds = new Set<string>();

/** Writes down how things look: to a person, to a logger that shows all it can, and as text. */
function note(place: string, ...things: unknown[]): void {
  for (const thing of things) {
    if (typeof thing === "string") {
      seen.push([place, thing]);
      continue;
    }
    const all = { depth: 20, showHidden: true, getters: true, maxStringLength: null } as const;
    seen.push([place, inspect(thing)], [place, inspect(thing, all)], [place, String(thing)]);
  }
}

function noteError(place: string, error: UppzyError): void {
  kinds.add(error.kind);
  note(place, error, error.stack ?? "", error.message, error.report());
  note(place, JSON.stringify(error), JSON.stringify(error.queueVerdict()), error.toString());
  note(place, structuredClone(error), { ...error });
  for (const name of Object.getOwnPropertyNames(error)) {
    note(`${place}.${name}`, (error as unknown as Record<string, unknown>)[name]);
  }
  console.error(error);
  if (error.cause instanceof UppzyError) {
    noteError(place, error.cause);
  }
}

/** Makes a call, and writes down how it ended. */
async function call<T>(place: string, make: () => Promise<T> | T): Promise<T | undefined> {
  try {
    const value = await make();
    note(place, value);
    console.log(value);
    return value;
  } catch (error) {
    if (!(error instanceof UppzyError)) {
      throw error;
    }
    noteError(place, error);
    return undefined;
  }
}

async function items(place: string, iterable: AsyncIterable<object>): Promise<void> {
  for await (const item of iterable) {
    if ("error" in item && item.error instanceof UppzyError) {
      noteError(place, item.error);
    } else if ("answer" in item) {
      note(place, item.answer);
    }
  }
}

/** Every operation that carries something of a person, and some that do not. */
async function everything(place: string, client: Uppzy): Promise<void> {
  const { chat, documents, site, sessions, tenant } = client;
  const question = { message, sessionId: "s-1", email };
  const file = resolve("lamps.txt");
  writeFileSync(file, "All lamps hum.");
  await call(`${place} send`, () => chat.send(question));
  await call(`${place} ask`, () => chat.ask({ ...question, timeoutMs: 60_000 }));
  await call(`${place} fallback`, () =>
    chat.askWithFallback({ ...question, fallback: answer, timeoutMs: 60_000 }),
  );
  const pending = await call(`${place} submit`, () => chat.submit(question));
  if (pending !== undefined) {
    note(`${place} token`, pending.token);
    await call(`${place} status`, () => pending.status());
    await call(`${place} poll`, () => chat.pollOnce({ token: pending.token }));
    const waiting = { tokens: [pending.token], timeoutMs: 20_000 };
    await items(`${place} wait many`, chat.waitMany(waiting));
  }
  const many = { questions: [question, { ...question, sessionId: "s-2" }], timeoutMs: 60_000 };
  await items(`${place} ask many`, chat.askMany(many));
  await call(`${place} status`, () => chat.status({ requestId: "req_1" }));
  const feedback = { sessionId: "s-1", requestId: "req_1", feedback: "bad" } as const;
  await call(`${place} feedback`, () => chat.feedback(feedback));
  await call(`${place} list`, () => documents.list());
  await call(`${place} text`, () => documents.createText({ title, content: answer }));
  await call(`${place} qa`, () => documents.createQa({ title, question: message, answer }));
  const patch = { title, content: answer };
  await call(`${place} update`, () => documents.update({ documentId: "doc-1", patch }));
  await call(`${place} file`, () => documents.upload({ source: file }));
  const bytes = Buffer.from("All lamps hum.");
  await call(`${place} bytes`, () => documents.upload({ source: bytes, fileName: "a.txt" }));
  const stream = Readable.from([bytes]);
  await call(`${place} stream`, () => documents.upload({ source: stream, fileName: "a.txt" }));
  await call(`${place} person`, () => site.userStatistics({ email }));
  await call(`${place} widget`, () => site.updateWidgetConfig({ patch: { footer: "Lamps" } }));
  await call(`${place} sessions`, () => sessions.list({ email }));
  await call(`${place} latest`, () => sessions.latestOpen({ email }));
  await call(`${place} close`, () => sessions.close({ sessionId: "s-9" }));
  await call(`${place} limits`, () => tenant.limits());
  rmSync(file);
  note(`${place} client`, client, tenant, site, documents, chat, sessions);
  const metrics = client.metrics();
  note(`${place} metrics`, metrics, JSON.stringify(metrics), metrics.toPrometheus());
}

function client(options: UppzyOptions): Uppzy {
  return new Uppzy({
    environment: {},
    clock: virtualClock({ seed: 1, silenceMs: 10_000 }),
    retry: { maxAttempts: 2 },
    ...options,
  });
}

/** What is refused before anything is sent. */
async function refusals(): Promise<void> {
  const refused: UppzyOptions[] = [
    { apiKey: `${key}\n` },
    { apiKey: `${key}é` },
    { apiKey: key, bearerToken: bearer },
    { apiKey: key, proxy: `ht!tp://user:${key}@proxy:1` },
    { apiKey: key, baseUrl: `https://user:${key}@host.test/` },
    { apiKey: key, headers: { "x-gateway": `${header}\n` } },
    { environment: { UPPZY_API_KEY: `${key}\r` } },
  ];
  for (const [number, options] of refused.entries()) {
    await call(`refusal ${number}`, () => client(options));
  }
  const made = client({ apiKey: key, siteId: "s" });
  await call("refused key", () => made.setApiKey(`${key}\n`));
  await call("refused token", () => made.chat.resume(message));
  await call("refused token", () => made.chat.resume(`v1.${key}`));
  await call("refused file", () => made.documents.upload({ source: "/no/such/file" }));
  made.close();
  await call("closed", () => made.site.get());
  const ids = new SessionIds(secret);
  note("session ids", ids, ids.perUser(email));
}

async function control(method: string, path: string, body?: unknown): Promise<void> {
  const text = body === undefined ? null : JSON.stringify(body);
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${given.controlUrl}${path}`, { method, body: text, headers });
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${await response.text()}`);
  }
  await response.arrayBuffer();
}

/** Calls that go well, and those that meet each fault. */
async function withSandbox(): Promise<void> {
  const made = client({ headers: { "x-gateway": header }, ...given.options });
  const events = made.events({ capacity: 10_000 });
  await made.documents.createQa({ title, question: message, answer });
  const found = await made.chat.ask({ message, sessionId: "s-0", email });
  if (found.text !== answer) {
    throw new Error("the planted answer has to come");
  }
  await everything("success", made);
  const effects = [
    { reset: "after" },
    { truncate: 60 },
    { garbage: true },
    { redirect: `https://elsewhere.test/?email=${email}` },
    { patch: { request_id: null, id: null, status: null } },
    { status: 500, process: true },
    { status: 503, process: true, headers: { "Retry-After": "90" } },
    { status: 404, process: true },
  ];
  for (const effect of effects) {
    await control("PUT", "/rules", [{ effect }]);
    await everything(JSON.stringify(effect), made);
  }
  await control("DELETE", "/rules");
  const error = `cannot answer ${message} for ${email}`;
  await control("PUT", "/progression", { mode: "fail", error });
  await call("failed", () => made.chat.ask({ message, sessionId: "s-0", email }));
  await control("PUT", "/progression", { mode: "never" });
  await call("never", () => made.chat.ask({ message, sessionId: "s-0", email, timeoutMs: 9_000 }));
  const read = events.read();
  if (read.length < 50) {
    throw new Error(`${read.length} events`);
  }
  note("events", read, JSON.stringify(read), events);
  made.close();
}

/** A server that says back headers, path and body in every form, under every status. */
async function withEchoes(): Promise<void> {
  const scope = { tenantId: "t-1", siteId: "s-1" };
  for (const status of [200, 400, 401, 429, 500]) {
    for (const form of given.forms) {
      const baseUrl = `${given.echoUrl}/${form}/${status}`;
      const made = client({ apiKey: key, ...scope, baseUrl });
      await everything(`${form} ${status}`, made);
      made.close();
    }
  }
  const baseUrl = `${given.echoUrl}/text/500`;
  const headers = { "x-gateway": header };
  const gateway = client({ bearerToken: bearer, headers, ...scope, baseUrl });
  await everything("gateway", gateway);
  gateway.close();
}

/** Does all of it, writes it down, and ends with an error that nobody catches. */
async function main(): Promise<void> {
  await refusals();
  await withSandbox();
  await withEchoes();
  writeFileSync(given.seen, JSON.stringify({ seen, kinds: [...kinds] }));
  const made = client({ apiKey: key, siteId: "s", baseUrl: `${given.echoUrl}/text/400` });
  await made.chat.send({ message, sessionId: "s", email });
}

// Nobody catches what it ends in: Node prints it then.
void main();
