/**
 * A web service: all visitors share one client, and a visitor who goes away ends the call.
 *
 *     node dist/src/fastify_service.js
 *     curl --json '{"user": "u-17", "question": "How do I return a lamp?"}' http://127.0.0.1:8000/ask
 */

import type { IncomingMessage, ServerResponse } from "node:http";

import Fastify from "fastify";
import { isUppzyError, SessionIds, Uppzy } from "uppzy";

const client = new Uppzy();
const ids = new SessionIds(process.env["SESSION_SECRET"] ?? "");
const service = Fastify();

const body = {
  type: "object",
  required: ["user", "question"],
  properties: { user: { type: "string" }, question: { type: "string" } },
} as const;

/** A signal that is aborted when the visitor goes away before there is an answer. */
function whileConnected(request: IncomingMessage, response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  request.socket.once("close", () => {
    if (!response.writableFinished) {
      controller.abort();
    }
  });
  return controller.signal;
}

service.post<{ Body: { user: string; question: string } }>(
  "/ask",
  { schema: { body } },
  async (request, reply) => {
    const { user, question } = request.body;
    const signal = whileConnected(request.raw, reply.raw);
    try {
      const answer = await client.chat.ask({
        message: question,
        sessionId: ids.perUser(user),
        timeoutMs: 60_000,
        signal,
      });
      return { answer: answer.text, confidence: answer.confidenceLevel };
    } catch (error) {
      if (signal.aborted) {
        // Nobody is there to read it.
        return reply.hijack();
      }
      if (!isUppzyError(error)) {
        throw error;
      }
      console.error(JSON.stringify(error));
      const token = error.kind === "poll_timeout" ? error.token : undefined;
      return await reply.code(503).send({ error: error.userMessage, token });
    }
  },
);

service.get("/metrics", async (_request, reply) => {
  reply.type("text/plain; version=0.0.4; charset=utf-8");
  return client.metrics().toPrometheus();
});

const address = await service.listen({ port: Number(process.env["PORT"] ?? 8000) });
console.log(`listening on ${address}`);
