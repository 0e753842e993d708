/**
 * Client for the Uppzy chat and knowledge API.
 *
 * @packageDocumentation
 */

export {
  type AskManyOptions,
  type AskOptions,
  type AskOutcome,
  type AskProgress,
  type AskWithFallbackOptions,
  Chat,
  type FeedbackOptions,
  type ManyQuestion,
  type PollOnceOptions,
  type Question,
  type Result,
  type SendOptions,
  type StatusOptions,
  type WaitManyOptions,
  type WaitOutcome,
} from "./chat.js";
export { type PollSchedule, type RetryPolicy, Uppzy, type UppzyOptions } from "./client.js";
export {
  type CreateQaOptions,
  type CreateTextOptions,
  type DeleteDocumentsOptions,
  Documents,
  type SetStatusOptions,
  type UpdateDocumentOptions,
} from "./documents.js";
export {
  type AnyUppzyError,
  ApiError,
  type AttemptRecord,
  AuthenticationError,
  BadRequestError,
  ChatFailedError,
  ChatGoneError,
  ClosedError,
  ConfigError,
  ConflictError,
  ConnectError,
  ConnectionLostError,
  DeadlineExceededError,
  type ErrorFields,
  type ErrorKind,
  FileReadError,
  GatewayTimeoutError,
  InternalError,
  InvalidInputError,
  isUppzyError,
  NotFoundError,
  type Outcome,
  PayloadTooLargeError,
  PermissionDeniedError,
  type Phase,
  PollError,
  PollTimeoutError,
  type QueueVerdict,
  RateLimitError,
  RequestTimeoutError,
  ResponseDecodeError,
  type RetryStoppedBy,
  ServerError,
  ServiceUnavailableError,
  TlsError,
  TransportError,
  UnexpectedStatusError,
  UnprocessableError,
  UppzyError,
} from "./errors.js";
export { EventStream, type UppzyEvent } from "./events.js";
export {
  type CloseSessionOptions,
  type ListSessionsOptions,
  Sessions,
  Site,
  Tenant,
  type UpdateWidgetConfigOptions,
  type UserOptions,
} from "./families.js";
export {
  type AnswerMetrics,
  type LatencySummary,
  Metrics,
  type OperationMetrics,
} from "./metrics.js";
export {
  Answer,
  ChatStatus,
  type ConfidenceLevel,
  Document,
  type DocumentStatus,
  type Feedback,
  FeedbackReceipt,
  type JsonObject,
  Listing,
  Meta,
  OpenObject,
  type RequestStatus,
  Session,
} from "./models.js";
export type { CallOptions, Query, QueryValue, ReadOptions } from "./options.js";
export { PendingAnswer, type PollOutcome } from "./pending.js";
export { SessionIds } from "./session-ids.js";
export type { UploadOptions, UploadProgress, UploadSource } from "./uploads.js";
export { VERSION } from "./version.js";
