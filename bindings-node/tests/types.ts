/** What the types promise; compiled, and never run. */

import type {
  Answer,
  AskOutcome,
  ConfidenceLevel,
  Document,
  ErrorKind,
  Listing,
  PendingAnswer,
  PollOutcome,
  QueueVerdict,
  SendOptions,
  Uppzy,
} from "uppzy";
import { isUppzyError } from "uppzy";

type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
function holds<_Fact extends true>(): void {}

export async function answers(client: Uppzy, signal: AbortSignal): Promise<void> {
  const answer = await client.chat.ask({ message: "m", sessionId: "s", signal, timeoutMs: 1 });
  holds<Equal<typeof answer, Answer>>();
  holds<Equal<typeof answer.answer, string | null>>();
  holds<Equal<typeof answer.text, string>>();
  // An open union: known values are offered, any text is taken.
  const level: ConfidenceLevel = "quite sure";
  const known: ConfidenceLevel = "high";
  void [level, known];
  const pending = await client.chat.submit({ message: "m", sessionId: "s" });
  holds<Equal<typeof pending, PendingAnswer>>();
  holds<Equal<typeof pending.submittedAt, Date>>();
  const listing = await client.documents.list();
  holds<Equal<typeof listing, Listing<Document>>>();
  for (const document of listing) {
    holds<Equal<typeof document.createdAt, Date | null>>();
  }
}

export async function mistakes(client: Uppzy, email: string | undefined): Promise<void> {
  // What may be absent may be undefined, also under exactOptionalPropertyTypes.
  const options: SendOptions = { message: "m", sessionId: "s", email };
  await client.chat.send(options);
  // @ts-expect-error The conversation is missing.
  await client.chat.send({ message: "m" });
  // @ts-expect-error There is no such option.
  await client.chat.send({ message: "m", sessionId: "s", timeout: 5 });
  // @ts-expect-error Only good and bad.
  await client.chat.feedback({ sessionId: "s", requestId: "r", feedback: "great" });
  // @ts-expect-error Fields of results are not to be changed.
  (await client.chat.send(options)).answer = "x";
}

export function errors(error: unknown): string {
  if (isUppzyError(error)) {
    holds<Equal<typeof error.kind, ErrorKind>>();
    switch (error.kind) {
      case "poll_timeout":
        return error.token;
      case "rate_limit":
        return String(error.retryAfterMs);
      default:
        // @ts-expect-error Only a poll_timeout surely has a token.
        return error.token;
    }
  }
  if (isUppzyError(error, "poll_timeout")) {
    return error.token;
  }
  return "";
}

export function outcomes(outcome: PollOutcome, asked: AskOutcome, verdict: QueueVerdict): unknown {
  if (asked.error === undefined) {
    holds<Equal<typeof asked.answer, Answer>>();
  }
  if (verdict.action === "resume") {
    return verdict.token;
  }
  switch (outcome.state) {
    case "pending":
      return outcome.retryInMs;
    case "completed":
      return outcome.answer;
    case "failed":
      return outcome.error.kind;
  }
}
