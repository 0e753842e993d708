/** Results and errors in the form that scenarios see. */

import type {
  AskOutcome,
  AskProgress,
  ManyQuestion,
  PendingAnswer,
  PollOutcome,
  QueueVerdict,
  UppzyError,
  WaitOutcome,
} from "uppzy";

import type { Fields } from "./values.js";

/** The result as plain data. */
export function plain(value: { toJSON(): unknown } | null | undefined): unknown {
  return value?.toJSON() ?? null;
}

/** The error as scenarios see it. */
export function errorFields(error: UppzyError): Fields {
  const verdict = verdictFields(error.queueVerdict());
  return { ...error.toJSON(), queue_verdict: verdict, report: error.report() };
}

function verdictFields(verdict: QueueVerdict): Fields {
  if ("delayMs" in verdict) {
    const { delayMs, ...rest } = verdict;
    return { ...rest, seconds: delayMs / 1_000 };
  }
  return { ...verdict };
}

/** What a pending answer tells of itself. */
export function pendingFields(pending: PendingAnswer): Fields {
  return {
    request_id: pending.requestId,
    session_id: pending.sessionId,
    submitted_at: pending.submittedAt.toISOString().replace(/\.?0*Z$/, "Z"),
    token: pending.token,
  };
}

/** What one look found. */
export function pollFields(outcome: PollOutcome): Fields {
  switch (outcome.state) {
    case "failed":
      return { state: outcome.state, error: errorFields(outcome.error) };
    case "completed":
      return { state: outcome.state, answer: plain(outcome.answer) };
    default:
      return { state: outcome.state, retry_in: outcome.retryInMs / 1_000 };
  }
}

/** The results in the order of the questions, those to hand in again, and the progress. */
export function askedFields(outcomes: AskOutcome[], progress: AskProgress[]): Fields {
  outcomes.sort((first, second) => first.index - second.index);
  return {
    outcomes: outcomes.map(outcomeFields),
    failed: outcomes.filter(({ error }) => error).map(({ request }) => questionFields(request)),
    progress,
  };
}

function questionFields(question: ManyQuestion): Fields {
  return {
    session_id: question.sessionId,
    message: question.message,
    email: question.email ?? null,
    response_language: question.responseLanguage ?? null,
    resume_token: question.resumeToken ?? null,
  };
}

/** The results in the order of the tokens. */
export function waitedFields(outcomes: WaitOutcome[]): Fields[] {
  outcomes.sort((first, second) => first.index - second.index);
  return outcomes.map(outcomeFields);
}

function outcomeFields(outcome: AskOutcome | WaitOutcome): Fields {
  const { index } = outcome;
  return outcome.error === undefined
    ? { index, result: plain(outcome.answer) }
    : { index, error: errorFields(outcome.error) };
}
