/**
 * A help desk that learns what its users think of answers, and hands over to people in time.
 *
 *     node dist/src/feedback_loop.js tickets.jsonl
 *
 * Reads a question a line, and after each answer a line that says `good`, `bad`, or anything else for no
 * judgement. A ticket is written when the assistant is not sure, when it cannot answer, when the user
 * wants a person, and when the answer was bad. It holds the two ids that find the conversation again, and
 * no text of it.
 */

import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { type Answer, isUppzyError, Uppzy } from "uppzy";

const FALLBACK = "I cannot answer that right now.";
const WORDS_FOR_A_PERSON = /\b(human|operator|person|someone)\b/i;

/** Says why a person should see to it, by the vendor's advice. */
function needsAPerson(question: string, answer: Answer): string | undefined {
  if (WORDS_FOR_A_PERSON.test(question)) {
    return "asked_for_a_person";
  }
  if (answer.isFallback) {
    return "no_answer";
  }
  return answer.confidenceLevel === "low" ? "low_confidence" : undefined;
}

async function rate(client: Uppzy, answer: Answer, feedback: "good" | "bad"): Promise<void> {
  const { sessionId, requestId } = answer;
  try {
    await client.chat.feedback({ sessionId, requestId, feedback });
  } catch (error) {
    // A judgement that is lost must not stop the conversation.
    if (!isUppzyError(error)) {
      throw error;
    }
    console.error(error.message);
  }
}

async function main(tickets: string): Promise<void> {
  await using client = new Uppzy();
  const sessionId = `desk-${process.pid}`;
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const read = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value.trim();
  };
  for (let question = await read(); question !== undefined; question = await read()) {
    if (question === "") {
      continue;
    }
    const answer = await client.chat.askWithFallback({
      message: question,
      sessionId,
      fallback: FALLBACK,
      timeoutMs: 60_000,
    });
    console.log(answer.text);
    let reason = needsAPerson(question, answer);
    // A fallback is no answer of the assistant, so there is nothing to rate.
    if (!answer.isFallback) {
      console.log("Was that good or bad?");
      const judgement = await read();
      if (judgement === "good" || judgement === "bad") {
        await rate(client, answer, judgement);
        reason ??= judgement === "bad" ? "bad_feedback" : undefined;
      }
    }
    if (reason !== undefined) {
      const ids = { session_id: answer.sessionId, request_id: answer.requestId };
      appendFileSync(tickets, `${JSON.stringify({ reason, ...ids })}\n`);
      console.log("A person will get back to you.");
    }
  }
  const { feedbackGood, feedbackBad } = client.metrics();
  console.log(`${feedbackGood} good, ${feedbackBad} bad`);
}

const [, , tickets] = process.argv;
if (tickets === undefined) {
  console.error("usage: node dist/src/feedback_loop.js TICKETS_FILE");
  process.exitCode = 2;
} else {
  await main(tickets);
}
