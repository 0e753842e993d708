internal import UppzyGenerated

/// Something that happened during a call. Holds no key, message, address or id of a session.
public struct Event: Sendable, Hashable {
  /// Numbers the call within its client; the same in all events of one call.
  public let call: Int
  /// The operation, such as `chat.send`, or `chat.ask` for a composed one.
  public let operation: String
  /// The path with placeholders; empty for a composed operation.
  public let template: String
  /// What happened.
  public let kind: Kind
  /// The same in one word, as in logs: `call_started`, `attempt`, `retry`, `poll` or `call_ended`.
  public let name: String
  private let line: String

  /// What happened.
  public enum Kind: Sendable, Hashable {
    /// A call began.
    case callStarted
    /// An attempt ended, well or not.
    case attempt(Attempt)
    /// The request will be sent again.
    case retry(Retry)
    /// The state of a pending answer was read.
    case poll(Poll)
    /// A call ended.
    case callEnded(Ended)
  }

  /// An attempt that ended.
  public struct Attempt: Sendable, Hashable {
    /// The attempt's number, from 1.
    public let number: Int
    /// How long it took.
    public let duration: Duration
    /// The HTTP status, when an answer came.
    public let status: Int?
    /// What went wrong, if anything did.
    public let error: ErrorKind?
  }

  /// An attempt that is to be repeated.
  public struct Retry: Sendable, Hashable {
    /// The number of the attempt that failed.
    public let attempt: Int
    /// The wait before the next one.
    public let delay: Duration
    /// What went wrong.
    public let error: ErrorKind
  }

  /// A look at a pending answer.
  public struct Poll: Sendable, Hashable {
    /// The poll's number, from 1.
    public let number: Int
    /// Whether the answer is done or failed now.
    public let isFinished: Bool
    /// The wait before the next poll, unless finished.
    public let nextIn: Duration?
  }

  /// The end of a call.
  public struct Ended: Sendable, Hashable {
    /// How many attempts it took.
    public let attempts: Int
    /// How long it took.
    public let elapsed: Duration
    /// The last HTTP status, when an answer came.
    public let status: Int?
    /// What went wrong, if anything did.
    public let error: ErrorKind?
    /// For a call that went wrong: whether it may have reached the server.
    public let outcome: UppzyError.Outcome?
  }
}

extension Event: CustomStringConvertible {
  /// The event as one line, for a log.
  public var description: String { line }
}

extension Event {
  init(_ data: EventData) {
    self.init(
      call: Int(data.call), operation: data.operation, template: data.template, kind: Kind(data.kind),
      name: data.name, line: data.line)
  }

  /// All fields in the form that is the same in every language; durations are seconds.
  public var json: JSONValue {
    var fields: JSONObject = [
      "event": .string(name), "call": .integer(Int64(call)), "operation": .string(operation),
      "template": .string(template),
    ]
    switch kind {
    case .callStarted:
      break
    case .attempt(let attempt):
      fields["attempt"] = .integer(Int64(attempt.number))
      fields["duration"] = .number(attempt.duration.seconds)
      fields["status"] = JSONValue(attempt.status)
      fields["error"] = JSONValue(attempt.error?.rawValue)
    case .retry(let retry):
      fields["attempt"] = .integer(Int64(retry.attempt))
      fields["delay"] = .number(retry.delay.seconds)
      fields["error"] = .string(retry.error.rawValue)
    case .poll(let poll):
      fields["poll"] = .integer(Int64(poll.number))
      fields["finished"] = .bool(poll.isFinished)
      fields["next_in"] = JSONValue(poll.nextIn?.seconds)
    case .callEnded(let ended):
      fields["attempts"] = .integer(Int64(ended.attempts))
      fields["elapsed"] = .number(ended.elapsed.seconds)
      fields["status"] = JSONValue(ended.status)
      fields["error"] = JSONValue(ended.error?.rawValue)
      fields["outcome"] = JSONValue(ended.outcome?.rawValue)
    }
    return .object(fields)
  }
}

extension Event.Kind {
  fileprivate init(_ data: EventKindData) {
    switch data {
    case .callStarted:
      self = .callStarted
    case .attempt(let number, let duration, let status, let error):
      self = .attempt(
        Event.Attempt(
          number: Int(number), duration: .seconds(duration), status: status.map { Int($0) },
          error: error.map { ErrorKind(rawValue: $0) }))
    case .retry(let attempt, let delay, let error):
      self = .retry(
        Event.Retry(attempt: Int(attempt), delay: .seconds(delay), error: ErrorKind(rawValue: error)))
    case .poll(let number, let isFinished, let nextIn):
      self = .poll(
        Event.Poll(number: Int(number), isFinished: isFinished, nextIn: nextIn.map { .seconds($0) }))
    case .callEnded(let attempts, let elapsed, let status, let error, let outcome):
      self = .callEnded(
        Event.Ended(
          attempts: Int(attempts), elapsed: .seconds(elapsed), status: status.map { Int($0) },
          error: error.map { ErrorKind(rawValue: $0) },
          outcome: outcome.flatMap { UppzyError.Outcome(rawValue: $0) }))
    }
  }
}
