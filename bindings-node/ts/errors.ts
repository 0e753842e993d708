/**
 * What can go wrong, with everything a caller needs to decide what to do next.
 *
 * All classes have one base, {@link UppzyError}, and one stable name, `kind`, which is the same in
 * logs, metrics, queues and every other language. Cancellation is none of these: an aborted call
 * throws the reason of its signal.
 */

import type { ErrorDetails } from "../native/native.js";
import { Failed } from "./bridge.js";

/** The kind of an error. */
export type ErrorKind = AnyUppzyError["kind"];

/**
 * Whether the request reached the server, and with it whether sending again can double its effect:
 * `not_sent` and `rejected` cannot, `accepted` will, and of `unknown` nobody can tell.
 */
export type Outcome = "not_sent" | "rejected" | "accepted" | "unknown";

/** The timer that ended an attempt. */
export type Phase = "queue" | "connect" | "first_byte" | "body";

/** What ended the retries of a call. */
export type RetryStoppedBy =
  | "not_retryable"
  | "max_attempts"
  | "deadline"
  | "budget"
  | "retry_after_too_long"
  | "body_not_replayable";

/** One attempt of a call. */
export interface AttemptRecord {
  /** Milliseconds from the start of the call to the start of the attempt. */
  readonly startedAfterMs: number;
  /** How long the attempt took, in milliseconds. */
  readonly durationMs: number;
  /** The HTTP status, when an answer came. */
  readonly status: number | null;
  /** What went wrong, if anything did. */
  readonly kind: ErrorKind | null;
  /** Milliseconds until the next attempt, when there was one. */
  readonly delayBeforeNextMs: number | null;
}

/** What a job queue should do with a job that ended in an error. */
export type QueueVerdict =
  /** Run the job again after `delayMs`. */
  | { readonly action: "retry_in"; readonly delayMs: number }
  /** The question is on its way: do not submit it again, but resume with `token` after `delayMs`. */
  | { readonly action: "resume"; readonly token: string; readonly delayMs: number }
  /** Take the job off the queue, and use the fallback. */
  | { readonly action: "give_up"; readonly reason: string }
  /** Stop the worker and call an operator: every job would fail the same way. */
  | { readonly action: "config_incident"; readonly reason: string };

/** An error's fields as every language writes them; durations are seconds. */
export interface ErrorFields {
  readonly kind: string;
  readonly class?: string;
  readonly message: string;
  readonly user_message?: string;
  readonly hint?: string;
  readonly field?: string | null;
  readonly retryable?: boolean;
  readonly retry_after?: number | null;
  readonly outcome?: Outcome;
  readonly phase?: Phase | null;
  readonly operation?: string | null;
  readonly http_status?: number | null;
  readonly code?: string | null;
  readonly server_message?: string | null;
  readonly body_excerpt?: string | null;
  readonly http_request_id?: string | null;
  readonly attempts?: readonly AttemptFields[];
  readonly elapsed?: number;
  readonly retry_stopped_by?: RetryStoppedBy | null;
  readonly token?: string | null;
  readonly cause?: ErrorFields | null;
}

interface AttemptFields {
  readonly started_after: number;
  readonly duration: number;
  readonly status: number | null;
  readonly kind: string | null;
  readonly delay_before_next: number | null;
}

type VerdictFields =
  | { readonly action: "retry_in"; readonly seconds: number }
  | { readonly action: "resume"; readonly token: string; readonly seconds: number }
  | { readonly action: "give_up" | "config_incident"; readonly reason: string };

const BRAND = Symbol.for("uppzy.error");
const UNKNOWN_USER_MESSAGE = "The assistant is not available right now.";

const milliseconds = (seconds: number | null | undefined): number | null =>
  seconds === null || seconds === undefined ? null : seconds * 1_000;

/** Base of all errors of this package. Safe to log: no key, no message text, no address. */
export class UppzyError extends Error {
  /** What sort of error it is, such as `rate_limit`; stable. */
  readonly kind: string;
  /** The same, as errors of Node have it. */
  readonly code: string;
  /** A sentence that may be shown to an end user. */
  readonly userMessage: string;
  /** What to change. */
  readonly hint: string;
  /** The argument or setting at fault, for `invalid_input` and `config`, in snake case. */
  readonly field: string | null;
  /** Whether the same call may be repeated as it is. */
  readonly retryable: boolean;
  /** The wait that the server asked for, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** Whether sending again can double the effect. */
  readonly outcome: Outcome;
  /** The timer that ended the attempt, for `request_timeout` and `deadline_exceeded`. */
  readonly phase: Phase | null;
  /** The operation, such as `chat.send`. */
  readonly operation: string | null;
  /** The HTTP status of the last answer. */
  readonly httpStatus: number | null;
  /** The server's error code, when its answer had one that looks like a code. */
  readonly serverCode: string | null;
  /** The server's own words, redacted and shortened. */
  readonly serverMessage: string | null;
  /** The beginning of a body that was not the documented JSON, redacted and shortened. */
  readonly bodyExcerpt: string | null;
  /** The HTTP request id header of the last answer, to quote to the vendor. */
  readonly httpRequestId: string | null;
  /**
   * Every attempt of the call, in order. Of a wait for an answer only those of the poll that failed
   * it: none where the answer was late, failed or gone.
   */
  readonly attempts: readonly AttemptRecord[];
  /** Milliseconds from the start of the call to the error. */
  readonly elapsedMs: number;
  /** What ended the retries. */
  readonly retryStoppedBy: RetryStoppedBy | null;
  /** The resume token of an answer that is still being made. */
  readonly token: string | null;

  readonly #fields: ErrorFields;
  readonly #details: ErrorDetails | undefined;

  /** Makes an error of its JSON form, as job queues do; the client makes its own. */
  constructor(fields: ErrorFields, details?: ErrorDetails) {
    const { operation = null } = fields;
    super(
      operation === null ? fields.message : `${operation}: ${fields.message}`,
      fields.cause ? { cause: errorOf(fields.cause) } : undefined,
    );
    this.kind = fields.kind;
    this.code = fields.kind;
    this.userMessage = fields.user_message ?? UNKNOWN_USER_MESSAGE;
    this.hint = fields.hint ?? "";
    this.field = fields.field ?? null;
    this.retryable = fields.retryable ?? false;
    this.retryAfterMs = milliseconds(fields.retry_after);
    this.outcome = fields.outcome ?? "unknown";
    this.phase = fields.phase ?? null;
    this.operation = operation;
    this.httpStatus = fields.http_status ?? null;
    this.serverCode = fields.code ?? null;
    this.serverMessage = fields.server_message ?? null;
    this.bodyExcerpt = fields.body_excerpt ?? null;
    this.httpRequestId = fields.http_request_id ?? null;
    this.attempts = (fields.attempts ?? []).map(attempt);
    this.elapsedMs = milliseconds(fields.elapsed) ?? 0;
    this.retryStoppedBy = fields.retry_stopped_by ?? null;
    this.token = fields.token ?? null;
    this.#fields = fields;
    this.#details = details;
  }

  /**
   * Says what a job queue should do with the job that ended in this error.
   *
   * A pending answer is resumed and never submitted again. A question whose outcome is unknown is
   * given up, unless the call had opted in to repeats with `retryUnknown`.
   */
  queueVerdict(): QueueVerdict {
    if (this.#details === undefined) {
      return { action: "give_up", reason: `${this.kind}: ${this.#fields.message}` };
    }
    const verdict = JSON.parse(this.#details.queueVerdict()) as VerdictFields;
    switch (verdict.action) {
      case "retry_in":
        return { action: verdict.action, delayMs: verdict.seconds * 1_000 };
      case "resume":
        return {
          action: verdict.action,
          token: verdict.token,
          delayMs: verdict.seconds * 1_000,
        };
      default:
        return { action: verdict.action, reason: verdict.reason };
    }
  }

  /**
   * Tells the error, its attempts and the client's latest calls, for a support ticket.
   *
   * Holds no key, no message text, no address and no id of a person or session.
   */
  report(): string {
    return this.#details?.report() ?? `error: ${this.kind} (${this.#fields.message})`;
  }

  /** All fields in the form that is the same in every language; durations are seconds. */
  toJSON(): ErrorFields {
    return this.#fields;
  }

  /** Marks errors of this package, whichever copy of it made them. */
  get [BRAND](): true {
    return true;
  }
}

// Not a field: the name is the same for all, and is no news in a printed error.
Object.defineProperty(UppzyError.prototype, "name", {
  value: "UppzyError",
  configurable: true,
  writable: true,
});

function attempt(fields: AttemptFields): AttemptRecord {
  return {
    startedAfterMs: fields.started_after * 1_000,
    durationMs: fields.duration * 1_000,
    status: fields.status,
    kind: fields.kind as ErrorKind | null,
    delayBeforeNextMs: milliseconds(fields.delay_before_next),
  };
}

/** A key, URL or option is missing or unusable; found before anything was sent. */
export class ConfigError extends UppzyError {
  declare readonly kind: "config";
}

/** An argument was refused before anything was sent; `field` names it. */
export class InvalidInputError extends UppzyError {
  declare readonly kind: "invalid_input";
}

/** A local file could not be read, or changed while it was read. */
export class FileReadError extends UppzyError {
  declare readonly kind: "file_read";
}

/** There was no complete HTTP answer. */
export class TransportError extends UppzyError {}

/** No connection could be made; nothing was sent. */
export class ConnectError extends TransportError {
  declare readonly kind: "connect";
}

/** The TLS handshake failed, or the server's certificate is not trusted. */
export class TlsError extends TransportError {
  declare readonly kind: "tls";
}

/** The connection broke after sending had begun. */
export class ConnectionLostError extends TransportError {
  declare readonly kind: "connection_lost";
}

/** A timer of one attempt ran out; `phase` says which. */
export class RequestTimeoutError extends TransportError {
  declare readonly kind: "request_timeout";
}

/** The call's total time is used up; `cause` is the last error. */
export class DeadlineExceededError extends TransportError {
  declare readonly kind: "deadline_exceeded";
}

/** The server answered with an error. */
export class ApiError extends UppzyError {}

/** HTTP 400. */
export class BadRequestError extends ApiError {
  declare readonly kind: "bad_request";
}

/** HTTP 401: the key is missing, wrong, expired or revoked. */
export class AuthenticationError extends ApiError {
  declare readonly kind: "authentication";
}

/** HTTP 403: the key is valid but may not do this. */
export class PermissionDeniedError extends ApiError {
  declare readonly kind: "permission_denied";
}

/** HTTP 404. */
export class NotFoundError extends ApiError {
  declare readonly kind: "not_found";
}

/** HTTP 409. */
export class ConflictError extends ApiError {
  declare readonly kind: "conflict";
}

/** HTTP 413. */
export class PayloadTooLargeError extends ApiError {
  declare readonly kind: "payload_too_large";
}

/** HTTP 422. */
export class UnprocessableError extends ApiError {
  declare readonly kind: "unprocessable";
}

/** HTTP 429; `retryAfterMs` when the server gave a time. */
export class RateLimitError extends ApiError {
  declare readonly kind: "rate_limit";
}

/** HTTP 500, and every other 5xx without a class of its own. */
export class ServerError extends ApiError {
  declare readonly kind: "server";
}

/** HTTP 503 and 529. */
export class ServiceUnavailableError extends ApiError {
  declare readonly kind: "service_unavailable";
}

/** HTTP 502, 504 and 408: something between answered in the server's place. */
export class GatewayTimeoutError extends ApiError {
  declare readonly kind: "gateway_timeout";
}

/** Any other HTTP status, redirects included. */
export class UnexpectedStatusError extends ApiError {
  declare readonly kind: "unexpected_status";
}

/** The server answered with success, but its answer cannot be read. */
export class ResponseDecodeError extends ApiError {
  declare readonly kind: "response_decode";
}

/** Waiting for an answer did not come to one. */
export class PollError extends UppzyError {}

/** The answer is still being made; `token` resumes the wait. */
export class PollTimeoutError extends PollError {
  declare readonly kind: "poll_timeout";
  declare readonly token: string;
}

/** The server reports that it could not answer. */
export class ChatFailedError extends PollError {
  declare readonly kind: "chat_failed";
}

/** The server no longer knows the question. */
export class ChatGoneError extends PollError {
  declare readonly kind: "chat_gone";
}

/** The client was closed. */
export class ClosedError extends UppzyError {
  declare readonly kind: "closed";
}

/** A fault in the client itself: please report it with the text of `report()`. */
export class InternalError extends UppzyError {
  declare readonly kind: "internal";
}

/** The class of every kind. */
export const ERROR_CLASSES = {
  config: ConfigError,
  invalid_input: InvalidInputError,
  file_read: FileReadError,
  connect: ConnectError,
  tls: TlsError,
  connection_lost: ConnectionLostError,
  request_timeout: RequestTimeoutError,
  deadline_exceeded: DeadlineExceededError,
  bad_request: BadRequestError,
  authentication: AuthenticationError,
  permission_denied: PermissionDeniedError,
  not_found: NotFoundError,
  conflict: ConflictError,
  payload_too_large: PayloadTooLargeError,
  unprocessable: UnprocessableError,
  rate_limit: RateLimitError,
  server: ServerError,
  service_unavailable: ServiceUnavailableError,
  gateway_timeout: GatewayTimeoutError,
  unexpected_status: UnexpectedStatusError,
  response_decode: ResponseDecodeError,
  poll_timeout: PollTimeoutError,
  chat_failed: ChatFailedError,
  chat_gone: ChatGoneError,
  closed: ClosedError,
  internal: InternalError,
} as const;

/** Any error of this package: `kind` tells which. */
export type AnyUppzyError = InstanceType<(typeof ERROR_CLASSES)[keyof typeof ERROR_CLASSES]>;

for (const errorClass of [TransportError, ApiError, PollError, ...Object.values(ERROR_CLASSES)]) {
  Object.defineProperty(errorClass.prototype, "name", {
    value: errorClass.name,
    configurable: true,
    writable: true,
  });
}

/**
 * Whether something that was thrown is an error of this package, and of that kind if one is named.
 * Also for errors of another copy of the package, where `instanceof` says no.
 *
 * @example
 * ```ts
 * try {
 *   await client.chat.ask({ message, sessionId });
 * } catch (error) {
 *   if (isUppzyError(error, "poll_timeout")) {
 *     await store(error.token);
 *   } else {
 *     throw error;
 *   }
 * }
 * ```
 */
export function isUppzyError(error: unknown): error is AnyUppzyError;
export function isUppzyError<Kind extends ErrorKind>(
  error: unknown,
  kind: Kind,
): error is Extract<AnyUppzyError, { readonly kind: Kind }>;
export function isUppzyError(error: unknown, kind?: ErrorKind): boolean {
  const isOurs = typeof error === "object" && error !== null && BRAND in error;
  return isOurs && (kind === undefined || (error as UppzyError).kind === kind);
}

/** Makes the error of its fields; a kind from a later version has the base class. */
function errorOf(fields: ErrorFields, details?: ErrorDetails): UppzyError {
  const known = ERROR_CLASSES as Record<string, typeof UppzyError>;
  const errorClass = Object.hasOwn(known, fields.kind) ? known[fields.kind] : undefined;
  return new (errorClass ?? UppzyError)(fields, details);
}

/** The error behind native details. Its stack begins with the caller of `method`, if one is given. */
export function errorFrom(
  details: ErrorDetails,
  method?: (...given: never[]) => unknown,
): AnyUppzyError {
  const error = errorOf(JSON.parse(details.fields()) as ErrorFields, details);
  if (method !== undefined) {
    Error.captureStackTrace(error, method);
  }
  return error as AnyUppzyError;
}

/** What a call came to; throws if that is an error. */
export function settled(outcome: unknown, method: (...given: never[]) => unknown): unknown {
  if (outcome instanceof Failed) {
    throw errorFrom(outcome.details, method);
  }
  return outcome;
}
