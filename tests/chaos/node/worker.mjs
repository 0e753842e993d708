/**
 * The worker of the chaos run in Node: is told on its standard input what to do, and says on its
 * standard output what came of it, a line of JSON each. ../src/orders.rs lists them.
 */

import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { inspect } from "node:util";

import { isUppzyError, Uppzy } from "../../../bindings-node/dist/index.mjs";

let client = new Uppzy();
/** The reason of a cancelled call. */
const CANCELLED = new Error("cancelled");

/** Waits for a director that is slow to read: whatever is said must be said before a kill. */
function say(report) {
  const line = Buffer.from(`${JSON.stringify(report)}\n`);
  let written = 0;
  while (written < line.length) {
    try {
      written += writeSync(1, line, written);
    } catch (error) {
      if (error.code !== "EAGAIN") {
        throw error;
      }
    }
  }
}

function answered(answer) {
  return {
    result: "answered",
    session: answer.sessionId,
    request_id: answer.requestId,
    attempts: answer.meta.attempts,
    said: inspect(answer, { depth: 5 }),
  };
}

function failed(error) {
  if (error === CANCELLED) {
    return { result: "cancelled" };
  }
  if (!isUppzyError(error)) {
    throw error;
  }
  const said = [error, inspect(error, { depth: 9 }), JSON.stringify(error), error.report()];
  return {
    result: "error",
    kind: error.kind,
    outcome: error.outcome,
    attempts: error.attempts.length,
    token: error.token ?? null,
    said: said.join(" "),
  };
}

async function operation(order, client, options) {
  const { operation: name, session: sessionId, message, email, token, title } = order;
  const question = { message, sessionId, email, ...options };
  switch (name) {
    case "chat.ask":
      return answered(await client.chat.ask(question));
    case "chat.send":
      return answered(await client.chat.send(question));
    case "chat.submit": {
      const pending = await client.chat.submit(question);
      say({ report: "accepted", id: order.id, token: pending.token });
      return answered(await pending.result(options));
    }
    case "chat.resume":
      return answered(await client.chat.resume(token).result(options));
    case "chat.poll_once": {
      const outcome = await client.chat.pollOnce({ token, ...options });
      if (outcome.state === "pending") {
        return { result: "pending" };
      }
      return outcome.state === "completed" ? answered(outcome.answer) : failed(outcome.error);
    }
    case "chat.feedback":
      await client.chat.feedback({
        sessionId,
        requestId: order.request_id,
        feedback: "good",
        ...options,
      });
      break;
    case "sessions.close":
      await client.sessions.close({ sessionId, ...options });
      break;
    case "documents.create_text":
      await client.documents.createText({ title, content: message, ...options });
      break;
    case "documents.upload":
      await client.documents.upload({ source: Buffer.from(message), fileName: title, ...options });
      break;
    default:
      await client.tenant.get(options);
  }
  return { result: "answered" };
}

async function askMany(order, client, options, end) {
  const { email, questions } = order;
  const asked = questions.map(({ message, session }) => ({ message, sessionId: session, email }));
  const left = new Set(questions.map(({ id }) => id));
  try {
    for await (const { index, answer, error } of client.chat.askMany({
      questions: asked,
      ...options,
    })) {
      const { id } = questions[index];
      left.delete(id);
      end(id, error ? failed(error) : answered(answer));
    }
  } catch (error) {
    for (const id of left) {
      end(id, failed(error));
    }
  }
}

async function call(order, client) {
  const [beganMs, began] = [Date.now(), performance.now()];
  const end = (id, ended) => {
    const elapsedMs = Math.round(performance.now() - began);
    say({ report: "ended", id, began_ms: beganMs, elapsed_ms: elapsedMs, ...ended });
  };
  const abort = new AbortController();
  const timer =
    order.cancel_after_ms > 0 && setTimeout(() => abort.abort(CANCELLED), order.cancel_after_ms);
  const options = {
    timeoutMs: order.timeout_ms,
    retryUnknown: order.retry_unknown,
    signal: abort.signal,
  };
  try {
    if (order.questions.length > 0) {
      await askMany(order, client, options, end);
    } else {
      end(order.id, await operation(order, client, options).catch(failed));
    }
  } finally {
    clearTimeout(timer);
  }
}

const orders = createInterface({ input: process.stdin });
orders.on("line", (line) => {
  const order = JSON.parse(line);
  switch (order.order) {
    case "call":
      // A rejection that nobody takes ends the process, and is noticed.
      void call(order, client);
      break;
    case "set_key":
      client.setApiKey(order.key);
      say({ report: "key_set" });
      break;
    case "renew":
      client.close();
      client = new Uppzy(order.key === null ? {} : { apiKey: order.key });
      break;
    case "close": {
      client.close();
      const metrics = client.metrics();
      say({
        report: "closed",
        said: [inspect(client), inspect(metrics), metrics.toPrometheus()].join(" "),
      });
      break;
    }
    default:
      // Nothing is left that would keep the process alive.
      orders.close();
      process.stdin.destroy();
  }
});
say({ report: "ready" });
