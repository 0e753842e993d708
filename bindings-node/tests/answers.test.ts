import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import {
  Answer,
  type AskOutcome,
  type AskProgress,
  type ChatStatus,
  isUppzyError,
  type ManyQuestion,
  PendingAnswer,
  SessionIds,
  type UppzyEvent,
} from "uppzy";
import { virtualClock } from "uppzy/testing";

import { eventually, QUESTION, rejection, sandbox } from "./support.js";

const server = sandbox();
const QUICK = { poll: { firstMs: 5, leastMs: 5, mostMs: 5 }, maxPollRate: 10_000 };

test("a pending answer can be handed on, and be resumed by its token", async () => {
  const client = server.client(QUICK);
  const submit = async (): Promise<PendingAnswer> => await client.chat.submit(QUESTION);
  const pending = await submit();
  assert.ok(pending instanceof PendingAnswer);
  assert.ok(pending.submittedAt instanceof Date);
  assert.equal(pending.sessionId, QUESTION.sessionId);
  const states: ChatStatus[] = [];
  for await (const state of pending) {
    states.push(state);
  }
  assert.equal(states.at(-1)?.status, "completed");
  const answer = await client.chat.resume(pending.token).result({ timeoutMs: 5_000 });
  assert.equal(answer.requestId, pending.requestId);
  const outcome = await client.chat.pollOnce({ token: pending.token });
  assert.equal(outcome.state, "completed");
  assert.ok((await pending.status({ timeoutMs: 5_000 })).isFinished);
  assert.equal((await pending.pollOnce()).state, "completed");
});

test("many questions come back once each, with progress", async () => {
  const client = server.client(QUICK);
  const questions: ManyQuestion[] = Array.from({ length: 500 }, (_, index) => ({
    message: index % 50 === 7 ? "" : `question ${index}`,
    sessionId: `s-${index}`,
    email: "ann@example.org",
  }));
  const outcomes: AskOutcome[] = [];
  const progress: AskProgress[] = [];
  const asked = client.chat.askMany({
    questions,
    concurrency: 50,
    onProgress: (now) => progress.push(now),
  });
  for await (const outcome of asked) {
    outcomes.push(outcome);
    assert.equal(progress.length, outcomes.length);
  }
  const indices = outcomes.map(({ index }) => index).sort((one, other) => one - other);
  assert.deepEqual(indices, [...questions.keys()]);
  assert.deepEqual(progress.at(-1), { done: 500, failed: 10, total: 500 });
  for (const { index, request, answer, error } of outcomes) {
    assert.deepEqual(request, questions[index]);
    assert.equal(answer === undefined, index % 50 === 7);
    assert.equal(error?.kind, index % 50 === 7 ? "invalid_input" : undefined);
  }
});

test("leaving the loop ends the work", async () => {
  await server.is.control("PUT", "/progression", { mode: "after_polls", polls: 3 });
  const client = server.client(QUICK);
  const questions = Array.from({ length: 300 }, (_, index) => ({
    message: "q",
    sessionId: `s-${index}`,
  }));
  for await (const outcome of client.chat.askMany({ questions, concurrency: 5 })) {
    assert.ok(outcome.answer instanceof Answer);
    break;
  }
  const calls = (): number => client.metrics().operations["chat.submit"]?.calls ?? 0;
  const before = calls();
  assert.ok(before < 300);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(calls() <= before + 5);
  await server.is.control("PUT", "/progression", { mode: "immediate" });
});

test("many tokens are waited for", async () => {
  const client = server.client(QUICK);
  const pending = await Promise.all(Array.from({ length: 20 }, () => client.chat.submit(QUESTION)));
  const tokens = pending.map(({ token }) => token);
  const seen = new Set<number>();
  for await (const { index, token, answer } of client.chat.waitMany({ tokens })) {
    assert.equal(token, tokens[index]);
    assert.equal(answer?.requestId, pending[index]?.requestId);
    seen.add(index);
  }
  assert.equal(seen.size, 20);
});

test("events come to a listener, and hold no words", async () => {
  const client = server.client();
  const events: UppzyEvent[] = [];
  const end = client.onEvent((event) => events.push(event));
  await client.chat.send({ ...QUESTION, message: "planted words" });
  await eventually("the call has ended", () => events.some(({ event }) => event === "call_ended"));
  assert.equal(events[0]?.event, "call_started");
  assert.doesNotMatch(JSON.stringify(events), /planted/);
  end();
  const before = events.length;
  await client.chat.send(QUESTION);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(events.length, before);
});

test("an iteration over events ends with the client", async () => {
  const client = server.client();
  const events = client.events();
  const read = (async () => {
    const names: string[] = [];
    for await (const { event } of events) {
      names.push(event);
    }
    return names;
  })();
  await client.chat.send(QUESTION);
  client.close();
  // The process does not stay alive for events.
  const alive = setInterval(() => {}, 1_000);
  const names = await read;
  clearInterval(alive);
  assert.equal(names.at(-1), "call_ended");
  assert.equal(events.dropped, 0);
  assert.deepEqual(events.read(), []);
});

test("no word, address or key is printed", async () => {
  const client = server.client({ apiKey: server.is.apiKey });
  const planted = { message: "planted words", email: "planted@example.org", sessionId: "s" };
  const answer = await client.chat.send(planted);
  const text = await client.documents.createText({ title: "planted", content: "planted text" });
  const open = await client.tenant.get();
  const shown = inspect([client, answer, text, open, await client.documents.list()], { depth: 9 });
  assert.doesNotMatch(shown, /planted/);
  assert.ok(!shown.includes(server.is.apiKey));
  assert.match(inspect(answer), /answer: <\d+ characters>/);
  assert.doesNotMatch(inspect(await client.documents.list()), /planted/);
});

test("lists and open objects give what came", async () => {
  const client = server.client();
  await client.documents.createQa({ title: "t", question: "q", answer: "a", category: "faq" });
  const listing = await client.documents.list({ query: { page: 1, tags: ["a", "b"] } });
  assert.ok(listing.length > 0);
  assert.equal([...listing].length, listing.items.length);
  assert.ok(listing.items[0]?.createdAt instanceof Date);
  assert.deepEqual(JSON.parse(listing.raw), JSON.parse(listing.raw));
  const tenant = await client.tenant.get();
  assert.deepEqual(tenant.get("id"), tenant.fields["id"]);
  assert.equal(tenant.get("constructor"), undefined);
  assert.equal(tenant.meta.httpStatus, 200);
});

test("session ids are stable and need a secret", async () => {
  const ids = new SessionIds("a secret that is long enough");
  assert.equal(ids.perUser("ann"), new SessionIds("a secret that is long enough").perUser("ann"));
  assert.notEqual(ids.perUser("ann"), ids.perThread("ann"));
  const channel = ids.perChannel({ channel: "web", user: "ann@example.org" });
  assert.doesNotMatch(channel, /ann@|example/);
  const bytes = new TextEncoder().encode("a secret that is long enough");
  assert.equal(new SessionIds(bytes).perUser("ann"), ids.perUser("ann"));
});

test("a closed client says so, and virtual time jumps", async () => {
  await server.is.control("PUT", "/progression", { mode: "after_polls", polls: 2 });
  {
    await using client = server.client({ clock: virtualClock({ seed: 1 }) });
    const began = performance.now();
    assert.ok((await client.chat.ask(QUESTION)).meta.elapsedMs >= 2_000);
    assert.ok(performance.now() - began < 20_000);
  }
  const client = server.client();
  client.close();
  assert.ok(client.isClosed);
  const error = await rejection(client.chat.send(QUESTION));
  assert.equal((error as { kind?: string }).kind, "closed");
  await server.is.control("PUT", "/progression", { mode: "immediate" });
});

test("the options of a look at a pending answer hold", async () => {
  const pending = await server.client().chat.submit(QUESTION);
  await server.rules({ match: { operation: ["chat.status"] }, effect: { stall: "head" } });
  for (const look of [pending.status({ timeoutMs: 50 }), pending.pollOnce({ timeoutMs: 50 })]) {
    const error = await rejection(look);
    assert.ok(isUppzyError(error));
    assert.ok(["deadline_exceeded", "request_timeout"].includes(error.kind));
  }
  await server.rules();
});

test("metrics are plain data and Prometheus' text", async () => {
  const client = server.client();
  const { requestId, sessionId } = await client.chat.send(QUESTION);
  const receipt = await client.chat.feedback({ sessionId, requestId, feedback: "good" });
  assert.ok(receipt.isFirst && receipt.feedbackSubmittedAt instanceof Date);
  const metrics = client.metrics();
  assert.equal(metrics.feedbackGood, 1);
  assert.equal(metrics.feedbackBad, 0);
  assert.equal(metrics.eventsDropped, 0);
  assert.equal(metrics.operations["chat.send"]?.calls, 1);
  assert.match(metrics.toPrometheus(), /chat\.send/);
});
