public import Foundation

/// What can go wrong, with everything a caller needs to decide what to do next.
///
/// The only error that calls of this package throw, beside `CancellationError`. Safe to log: it holds
/// no key, no message text and no address.
///
/// ```swift
/// do {
///   let answer = try await client.chat.ask("Are you open?", sessionID: "ticket-48291")
/// } catch let error as UppzyError where error.kind == .pollTimeout {
///   store(error.token)
/// }
/// ```
public struct UppzyError: Error, Sendable {
  /// What sort of error it is.
  public var kind: ErrorKind { fields.kind }
  /// One line that says what happened.
  public var message: String { fields.message }
  /// A sentence that may be shown to an end user.
  public var userMessage: String { fields.userMessage }
  /// What to change.
  public var hint: String { fields.hint }
  /// The argument or setting at fault, for `invalid_input` and `config`, in snake case.
  public var field: String? { fields.field }
  /// Whether the same call may be repeated as it is.
  public var isRetryable: Bool { fields.isRetryable }
  /// The wait that the server asked for.
  public var retryAfter: Duration? { fields.retryAfter }
  /// Whether sending again can double the effect.
  public var outcome: Outcome { fields.outcome }
  /// The timer that ended the attempt, for `request_timeout` and `deadline_exceeded`.
  public var phase: Phase? { fields.phase }
  /// The operation, such as `chat.send`.
  public var operation: String? { fields.operation }
  /// The HTTP status of the last answer.
  public var httpStatus: Int? { fields.httpStatus }
  /// The server's error code, when its answer had one that looks like a code.
  public var code: String? { fields.code }
  /// The server's own words, redacted and shortened.
  public var serverMessage: String? { fields.serverMessage }
  /// The beginning of a body that was not the documented JSON, redacted and shortened.
  public var bodyExcerpt: String? { fields.bodyExcerpt }
  /// The HTTP request id header of the last answer, to quote to the vendor.
  public var httpRequestID: String? { fields.httpRequestID }
  /// Every attempt of the call, in order. Of a wait for an answer only those of the poll that failed
  /// it: none where the answer was late, failed or gone.
  public var attempts: [Attempt] { fields.attempts }
  /// From the start of the call to the error.
  public var elapsed: Duration { fields.elapsed }
  /// What ended the retries.
  public var retryStoppedBy: RetryStoppedBy? { fields.retryStoppedBy }
  /// The resume token of an answer that is still being made.
  public var token: String? { fields.token }
  /// The error that led to this one.
  public var cause: UppzyError? { fields.cause }
  /// What the source of an upload has thrown, when that is why the file could not be read.
  public internal(set) var sourceError: (any Error)?
  /// All fields in the form that is the same in every language; durations are seconds.
  public var json: JSONValue { .object(fields.json()) }

  private let fields: Fields

  /// Makes an error of its ``json``, as job queues do; the client makes its own.
  ///
  /// ``report()`` and ``queueVerdict()`` then know no more than what is in it.
  public init(json: JSONObject) { self.init(Fields(json)) }

  init(_ fields: Fields) { self.fields = fields }

  /// Says what a job queue should do with the job that ended in this error.
  ///
  /// A pending answer is resumed and never submitted again. A question whose outcome is unknown is
  /// given up, unless the call had opted in to repeats with `retryUnknown`.
  public func queueVerdict() -> QueueVerdict { fields.verdict }

  /// Tells the error, its attempts and the client's latest calls, for a support ticket.
  ///
  /// Holds no key, no message text, no address and no id of a person or session.
  public func report() -> String { fields.report }

  /// Whether the request reached the server, and with it whether sending again can double its effect.
  public enum Outcome: String, Sendable, Hashable {
    /// Nothing reached the server: sending again is safe.
    case notSent = "not_sent"
    /// The server answered that it did not do it: sending again is safe.
    case rejected
    /// The server did it: sending again would do it twice.
    case accepted
    /// Nobody can tell: sending again may do it twice.
    case unknown
  }

  /// The part of an attempt that a timer ended.
  public enum Phase: String, Sendable, Hashable {
    /// Waiting for one of the client's `maxInFlight` places.
    case queue
    /// Name look-up, TCP, proxy and TLS.
    case connect
    /// From the request's first byte to the answer's head.
    case firstByte = "first_byte"
    /// Reading the answer's body.
    case body
  }

  /// What ended the retries of a call.
  public enum RetryStoppedBy: String, Sendable, Hashable {
    /// The failure is of a sort that the operation does not repeat.
    case notRetryable = "not_retryable"
    /// Every allowed attempt was made.
    case maxAttempts = "max_attempts"
    /// The wait and one more attempt would not have fitted the call's deadline.
    case deadline
    /// Too many retries failed lately: the shared retry budget is used up.
    case budget
    /// The server asked for a wait that is longer than the client is willing to make.
    case retryAfterTooLong = "retry_after_too_long"
    /// The request's body was a stream that cannot be read a second time.
    case bodyNotReplayable = "body_not_replayable"
  }

  /// One attempt of a call.
  public struct Attempt: Sendable, Hashable {
    /// From the start of the call to the start of the attempt.
    public let startedAfter: Duration
    /// How long the attempt took.
    public let duration: Duration
    /// The HTTP status, when an answer came.
    public let status: Int?
    /// What went wrong, if anything did.
    public let kind: ErrorKind?
    /// The wait before the next attempt, when there was one.
    public let delayBeforeNext: Duration?
  }
}

extension UppzyError: LocalizedError {
  /// One line that says what happened, for a log. For end users there is ``userMessage``.
  public var errorDescription: String? { description }
  /// What to change.
  public var recoverySuggestion: String? { hint.isEmpty ? nil : hint }
}

extension UppzyError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The operation and what happened.
  public var description: String { operation.map { "\($0): \(message)" } ?? message }
  /// The same with kind and outcome.
  public var debugDescription: String {
    "UppzyError(\(kind), \(outcome.rawValue), \"\(description)\")"
  }
  public var customMirror: Mirror {
    let fields = fields.json()
    let children: [Mirror.Child] = fields.keys.sorted().map { ($0, fields[$0]?.text ?? "") }
    return Mirror(self, children: children)
  }
}

extension UppzyError: Hashable {
  public static func == (one: UppzyError, other: UppzyError) -> Bool { one.json == other.json }
  public func hash(into hasher: inout Hasher) { hasher.combine(fields.json()) }
}

extension UppzyError: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(json: try decoder.singleValueContainer().decode(JSONObject.self))
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(fields.json())
  }
}
