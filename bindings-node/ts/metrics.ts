/** What a client has done so far, in numbers. */

import type { Metrics as Native } from "../native/native.js";
import type { JsonObject } from "./models.js";

/** How long something took, in milliseconds. */
export interface LatencySummary {
  /** How many times it was measured. */
  readonly count: number;
  /** All of it together. */
  readonly sumMs: number;
  /** On average. */
  readonly meanMs: number;
  /** In half of all cases at most. */
  readonly p50Ms: number;
  /** In 95 of 100 cases at most. */
  readonly p95Ms: number;
  /** In 99 of 100 cases at most. */
  readonly p99Ms: number;
  /** The longest. */
  readonly maxMs: number;
}

/** Answers that were waited for after the question was handed in. */
export interface AnswerMetrics {
  /** How many answers were completed. */
  readonly answers: number;
  /** How many times the state of these was read, together. */
  readonly polls: number;
  /** The most reads that one of them took. */
  readonly pollsMax: number;
  /** The reads of an answer on average; null without any answer. */
  readonly pollsPerAnswer: number | null;
  /** The time from handing the question in to the answer. */
  readonly completion: LatencySummary;
}

/** What happened to the calls of one operation. */
export interface OperationMetrics {
  /** Calls that ended. A cancelled call is not one of them. */
  readonly calls: number;
  /** Calls that ended well. */
  readonly succeeded: number;
  /** Calls that went wrong, by the error's kind. */
  readonly failed: Readonly<Record<string, number>>;
  /** Calls that went wrong, by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Attempts beyond the first of each call. */
  readonly retries: number;
  /** Attempts answered with 429. */
  readonly throttled: number;
  /** Attempts answered with 5xx. */
  readonly serverErrors: number;
  /** How long calls took. */
  readonly latency: LatencySummary;
  /** Answers that were waited for, for the operations that wait. */
  readonly answers: AnswerMetrics | null;
}

type WrittenLatency = Readonly<
  Record<"count" | "sum" | "mean" | "p50" | "p95" | "p99" | "max", number>
>;

interface WrittenOperation {
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly retries: number;
  readonly throttled: number;
  readonly server_errors: number;
  readonly latency: WrittenLatency;
  readonly answers: {
    readonly answers: number;
    readonly polls: number;
    readonly polls_max: number;
    readonly polls_per_answer: number | null;
    readonly completion: WrittenLatency;
  } | null;
}

interface WrittenMetrics {
  readonly operations: Readonly<Record<string, WrittenOperation>>;
  readonly feedback: { readonly good: number; readonly bad: number };
  readonly events_dropped: number;
}

function latency(written: WrittenLatency): LatencySummary {
  return {
    count: written.count,
    sumMs: written.sum * 1_000,
    meanMs: written.mean * 1_000,
    p50Ms: written.p50 * 1_000,
    p95Ms: written.p95 * 1_000,
    p99Ms: written.p99 * 1_000,
    maxMs: written.max * 1_000,
  };
}

function operation(written: WrittenOperation): OperationMetrics {
  const { calls, succeeded, failed, outcomes, retries, throttled, answers } = written;
  return {
    calls,
    succeeded,
    failed,
    outcomes,
    retries,
    throttled,
    serverErrors: written.server_errors,
    latency: latency(written.latency),
    answers: answers && {
      answers: answers.answers,
      polls: answers.polls,
      pollsMax: answers.polls_max,
      pollsPerAnswer: answers.polls_per_answer,
      completion: latency(answers.completion),
    },
  };
}

/** What a client, and those that share with it, have done so far in this process. */
export class Metrics {
  readonly #native: Native;
  readonly #fields: WrittenMetrics;
  /** By the operation's name, such as `chat.send`. */
  readonly operations: Readonly<Record<string, OperationMetrics>>;
  /** Ratings `good` that the server took. */
  readonly feedbackGood: number;
  /** Ratings `bad` that the server took. */
  readonly feedbackBad: number;
  /** Events that were dropped because their reader was too slow. */
  readonly eventsDropped: number;

  /** @internal */
  constructor(native: Native) {
    const fields = JSON.parse(native.fields()) as WrittenMetrics;
    const operations = Object.entries(fields.operations);
    this.#native = native;
    this.#fields = fields;
    this.operations = Object.fromEntries(
      operations.map(([name, written]) => [name, operation(written)]),
    );
    this.feedbackGood = fields.feedback.good;
    this.feedbackBad = fields.feedback.bad;
    this.eventsDropped = fields.events_dropped;
  }

  /** All numbers in the form that is the same in every language; durations are seconds. */
  toJSON(): JsonObject {
    return { ...this.#fields };
  }

  /**
   * The numbers in Prometheus' text format 0.0.4, to be served as
   * `text/plain; version=0.0.4; charset=utf-8`.
   */
  toPrometheus(): string {
    return this.#native.toPrometheus();
  }
}
