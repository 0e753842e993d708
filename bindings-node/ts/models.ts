/** What the API answers with. Unknown fields are kept in `extra`, and all of it in `raw`. */

import type { inspect as Inspect, InspectOptions } from "node:util";

import { hidden, INSPECT, names, shown } from "./inspect.js";

/** Plain data, as `JSON.parse` gives it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A text of which some values are known; the server may say something else. */
type Open<Known extends string> = Known | (string & Record<never, never>);

/** How sure the assistant is. */
export type ConfidenceLevel = Open<"high" | "medium" | "low">;
/** Whether a document takes part in answers. */
export type DocumentStatus = Open<"active" | "draft">;
/** How far the server is with a question. */
export type RequestStatus = Open<"pending" | "completed" | "failed">;
/** A user's judgement of an answer. */
export type Feedback = "good" | "bad";

/*
 * The fields of the models, in the order in which the native library writes them; `raw`, the text that the
 * server sent, is the last.
 */

type WrittenMeta = readonly [
  attempts: number,
  polls: number,
  elapsedMs: number,
  httpStatus: number,
  httpRequestId: string | null,
];

/** @internal */
export type WrittenAnswer = readonly [
  sessionId: string,
  requestId: string,
  answer: string | null,
  confidenceLevel: ConfidenceLevel | null,
  confidenceScore: number | null,
  isFallback: boolean,
  extra: JsonObject,
  meta: WrittenMeta,
  raw: string,
];

/** @internal */
export type WrittenStatus = readonly [
  requestId: string,
  sessionId: string | null,
  status: RequestStatus,
  statusText: string,
  answer: string | null,
  error: string | null,
  confidenceLevel: ConfidenceLevel | null,
  confidenceScore: number | null,
  extra: JsonObject,
  meta: WrittenMeta,
  isFinished: boolean,
  raw: string,
];

/** @internal */
export type WrittenReceipt = readonly [
  status: string | null,
  requestId: string,
  feedback: string | null,
  feedbackSubmittedAt: string | null,
  extra: JsonObject,
  meta: WrittenMeta,
  isFirst: boolean,
  raw: string,
];

/** @internal */
export type WrittenDocument = readonly [
  id: string,
  title: string | null,
  category: string | null,
  status: DocumentStatus | null,
  ready: boolean | null,
  createdAt: string | null,
  updatedAt: string | null,
  extra: JsonObject,
  meta: WrittenMeta,
  raw: string,
];

/** @internal */
export type WrittenSession = readonly [
  id: string,
  email: string | null,
  createdAt: string | null,
  updatedAt: string | null,
  closedAt: string | null,
  messageCount: number | null,
  extra: JsonObject,
  meta: WrittenMeta,
  isOpen: boolean,
  raw: string,
];

/** @internal */
export type WrittenOpen = readonly [fields: JsonObject, meta: WrittenMeta, raw: string];

/** @internal */
export type WrittenListing<Item> = readonly [
  items: readonly Item[],
  extra: JsonObject,
  meta: WrittenMeta,
  raw: string,
];

function moment(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** A moment in the form that all languages share: no more digits than it needs. */
function written(time: Date | null): string | null {
  if (time === null) {
    return null;
  }
  return time.toISOString().replace(/\.?0*Z$/, "Z");
}

/** How a result came about: what it took, and the ids to quote when asking about it. */
export class Meta {
  /** How many times the request was sent. For an awaited answer: the question, not its polls. */
  readonly attempts: number;
  /** How many times the state of an awaited answer was read. */
  readonly polls: number;
  /** Milliseconds from the start of the call to its result. */
  readonly elapsedMs: number;
  /** The status of the last HTTP answer; 0 for a result that no server gave, such as a fallback. */
  readonly httpStatus: number;
  /** The HTTP request id header of the last answer, if it had one. Not the API's request id. */
  readonly httpRequestId: string | null;

  /** @internal */
  constructor(fields: WrittenMeta) {
    const [attempts, polls, elapsedMs, httpStatus, httpRequestId] = fields;
    this.attempts = attempts;
    this.polls = polls;
    this.elapsedMs = elapsedMs;
    this.httpStatus = httpStatus;
    this.httpRequestId = httpRequestId;
  }

  /** All fields in the form that is the same in every language; durations are seconds. */
  toJSON(): JsonObject {
    return {
      attempts: this.attempts,
      polls: this.polls,
      elapsed: this.elapsedMs / 1_000,
      http_status: this.httpStatus,
      http_request_id: this.httpRequestId,
    };
  }
}

/** The assistant's answer to a question. */
export class Answer {
  /** The conversation it belongs to. */
  readonly sessionId: string;
  /** The API's id of the question, needed to rate the answer. Empty for a fallback. */
  readonly requestId: string;
  /** The text. Null when the server says that it is done but gave none. */
  readonly answer: string | null;
  /** How sure the assistant is. */
  readonly confidenceLevel: ConfidenceLevel | null;
  /** The same as a number. The vendor's samples suggest 0 to 100. */
  readonly confidenceScore: number | null;
  /** Whether the text is the caller's own fallback, since the assistant could not answer. */
  readonly isFallback: boolean;
  /** Every other field, and those above that could not be read as their type. */
  readonly extra: JsonObject;
  /** The JSON text that the server sent; empty for a fallback. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenAnswer) {
    const [
      sessionId,
      requestId,
      answer,
      confidenceLevel,
      confidenceScore,
      isFallback,
      extra,
      meta,
      raw,
    ] = fields;
    this.sessionId = sessionId;
    this.requestId = requestId;
    this.answer = answer;
    this.confidenceLevel = confidenceLevel;
    this.confidenceScore = confidenceScore;
    this.isFallback = isFallback;
    this.extra = extra;
    this.meta = new Meta(meta);
    this.raw = raw;
  }

  /** The text; empty when there is none. */
  get text(): string {
    return this.answer ?? "";
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      session_id: this.sessionId,
      request_id: this.requestId,
      answer: this.answer,
      confidence_level: this.confidenceLevel,
      confidence_score: this.confidenceScore,
      is_fallback: this.isFallback,
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { sessionId, requestId, confidenceLevel, confidenceScore, isFallback } = this;
    const [answer, extra] = [hidden(this.answer), names(this.extra)];
    return shown(
      "Answer",
      { sessionId, requestId, answer, confidenceLevel, confidenceScore, isFallback, extra },
      options,
      inspect,
    );
  }
}

/** How far the server is with a question. */
export class ChatStatus {
  /** The question. */
  readonly requestId: string;
  /** The conversation, if the server repeats it. */
  readonly sessionId: string | null;
  /** How far the server is. */
  readonly status: RequestStatus;
  /** The same as the server wrote it. */
  readonly statusText: string;
  /** Whether the server will not change it any more. */
  readonly isFinished: boolean;
  /** The text, once there is one. */
  readonly answer: string | null;
  /** Why there will be none. */
  readonly error: string | null;
  /** How sure the assistant is. The vendor does not document it here. */
  readonly confidenceLevel: ConfidenceLevel | null;
  /** The same as a number. The vendor does not document it here. */
  readonly confidenceScore: number | null;
  /** Every other field, and those above that could not be read as their type. */
  readonly extra: JsonObject;
  /** The JSON text that the server sent. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenStatus) {
    const [
      requestId,
      sessionId,
      status,
      statusText,
      answer,
      error,
      confidenceLevel,
      confidenceScore,
      extra,
      meta,
      isFinished,
      raw,
    ] = fields;
    this.requestId = requestId;
    this.sessionId = sessionId;
    this.status = status;
    this.statusText = statusText;
    this.answer = answer;
    this.error = error;
    this.confidenceLevel = confidenceLevel;
    this.confidenceScore = confidenceScore;
    this.extra = extra;
    this.meta = new Meta(meta);
    this.isFinished = isFinished;
    this.raw = raw;
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      request_id: this.requestId,
      session_id: this.sessionId,
      status: this.status,
      status_text: this.statusText,
      answer: this.answer,
      error: this.error,
      confidence_level: this.confidenceLevel,
      confidence_score: this.confidenceScore,
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { requestId, sessionId, status } = this;
    const [answer, error, extra] = [hidden(this.answer), hidden(this.error), names(this.extra)];
    return shown(
      "ChatStatus",
      { requestId, sessionId, status, answer, error, extra },
      options,
      inspect,
    );
  }
}

/** What the server says to a rating. */
export class FeedbackReceipt {
  /** `ok`, by the vendor's pages. */
  readonly status: string | null;
  /** The question whose answer was rated. */
  readonly requestId: string;
  /** The rating that counts. */
  readonly feedback: string | null;
  /** When this rating was taken; null when the answer had been rated before. */
  readonly feedbackSubmittedAt: Date | null;
  /** Whether this was the answer's first rating: only then does the server give a time. */
  readonly isFirst: boolean;
  /** Every other field, and those above that could not be read as their type. */
  readonly extra: JsonObject;
  /** The JSON text that the server sent. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenReceipt) {
    const [status, requestId, feedback, feedbackSubmittedAt, extra, meta, isFirst, raw] = fields;
    this.status = status;
    this.requestId = requestId;
    this.feedback = feedback;
    this.feedbackSubmittedAt = moment(feedbackSubmittedAt);
    this.extra = extra;
    this.meta = new Meta(meta);
    this.isFirst = isFirst;
    this.raw = raw;
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      status: this.status,
      request_id: this.requestId,
      feedback: this.feedback,
      feedback_submitted_at: written(this.feedbackSubmittedAt),
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { status, requestId, feedback, feedbackSubmittedAt } = this;
    const extra = names(this.extra);
    return shown(
      "FeedbackReceipt",
      { status, requestId, feedback, feedbackSubmittedAt, extra },
      options,
      inspect,
    );
  }
}

/** A document of the knowledge base: a file, a text, or a question with its answer. */
export class Document {
  /** The id, under whichever name the server gave it. A number became text. */
  readonly id: string;
  /** The title. */
  readonly title: string | null;
  /** The category, such as `faq`. */
  readonly category: string | null;
  /** Whether it takes part in answers. */
  readonly status: DocumentStatus | null;
  /** Whether the server is done with processing it. */
  readonly ready: boolean | null;
  /** When it was created. */
  readonly createdAt: Date | null;
  /** When it was last changed. */
  readonly updatedAt: Date | null;
  /** Every other field, and those above that could not be read as their type. */
  readonly extra: JsonObject;
  /** The JSON text that the server sent, or of the item of a list. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenDocument) {
    const [id, title, category, status, ready, createdAt, updatedAt, extra, meta, raw] = fields;
    this.id = id;
    this.title = title;
    this.category = category;
    this.status = status;
    this.ready = ready;
    this.createdAt = moment(createdAt);
    this.updatedAt = moment(updatedAt);
    this.extra = extra;
    this.meta = new Meta(meta);
    this.raw = raw;
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      id: this.id,
      title: this.title,
      category: this.category,
      status: this.status,
      ready: this.ready,
      created_at: written(this.createdAt),
      updated_at: written(this.updatedAt),
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { id, category, status, ready, createdAt, updatedAt } = this;
    const [title, extra] = [hidden(this.title), names(this.extra)];
    return shown(
      "Document",
      { id, title, category, status, ready, createdAt, updatedAt, extra },
      options,
      inspect,
    );
  }
}

/** A conversation, as the server lists it. */
export class Session {
  /** The id. The vendor does not say whether it equals the session id that the caller chose. */
  readonly id: string;
  /** The address of the person, if the server lists it. */
  readonly email: string | null;
  /** When it began. */
  readonly createdAt: Date | null;
  /** When it was last used. */
  readonly updatedAt: Date | null;
  /** When it was closed; null while it is open. */
  readonly closedAt: Date | null;
  /** How many messages it holds. */
  readonly messageCount: number | null;
  /** Whether it takes new messages: a closed session is archived. */
  readonly isOpen: boolean;
  /** Every other field, and those above that could not be read as their type. */
  readonly extra: JsonObject;
  /** The JSON text of the item. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenSession) {
    const [id, email, createdAt, updatedAt, closedAt, messageCount, extra, meta, isOpen, raw] =
      fields;
    this.id = id;
    this.email = email;
    this.createdAt = moment(createdAt);
    this.updatedAt = moment(updatedAt);
    this.closedAt = moment(closedAt);
    this.messageCount = messageCount;
    this.extra = extra;
    this.meta = new Meta(meta);
    this.isOpen = isOpen;
    this.raw = raw;
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      id: this.id,
      email: this.email,
      created_at: written(this.createdAt),
      updated_at: written(this.updatedAt),
      closed_at: written(this.closedAt),
      message_count: this.messageCount,
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    const { id, createdAt, updatedAt, closedAt, messageCount } = this;
    const [email, extra] = [hidden(this.email), names(this.extra)];
    return shown(
      "Session",
      { id, email, createdAt, updatedAt, closedAt, messageCount, extra },
      options,
      inspect,
    );
  }
}

/** An answer whose fields the vendor does not document: all of them, as they came. */
export class OpenObject {
  /** Every field. An answer that is JSON but no object is there under `value`. */
  readonly fields: JsonObject;
  /** The JSON text that the server sent; empty for an answer without a body. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(given: WrittenOpen) {
    const [fields, meta, raw] = given;
    this.fields = fields;
    this.meta = new Meta(meta);
    this.raw = raw;
  }

  /** The field of that name; undefined if there is none. */
  get(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
  }

  /** The fields and `meta` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return { fields: this.fields, meta: this.meta.toJSON() };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    return shown("OpenObject", { fields: names(this.fields) }, options, inspect);
  }
}

/** A list in the server's order, and what stood beside it. Can be iterated over. */
export class Listing<Item extends { toJSON(): JsonObject }> implements Iterable<Item> {
  /** The items. */
  readonly items: readonly Item[];
  /** What stood beside the list, such as a total or a cursor. The vendor documents no paging. */
  readonly extra: JsonObject;
  /** The JSON text that the server sent. */
  readonly raw: string;
  /** How it came about. */
  readonly meta: Meta;

  /** @internal */
  constructor(fields: WrittenListing<unknown>, items: readonly Item[]) {
    const [, extra, meta, raw] = fields;
    this.items = items;
    this.extra = extra;
    this.meta = new Meta(meta);
    this.raw = raw;
  }

  /** How many items there are. */
  get length(): number {
    return this.items.length;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.items[Symbol.iterator]();
  }

  /** All fields but `raw` in the form that is the same in every language. */
  toJSON(): JsonObject {
    return {
      items: this.items.map((item) => item.toJSON()),
      extra: this.extra,
      meta: this.meta.toJSON(),
    };
  }

  /** @internal */
  [INSPECT](_depth: number, options: InspectOptions, inspect: typeof Inspect): string {
    return shown("Listing", { items: this.items, extra: names(this.extra) }, options, inspect);
  }
}
