internal import UppzyGenerated

extension UppzyError {
  /// The fields, shared by copies of the error.
  final class Fields: Sendable {
    let kind: ErrorKind
    let message: String
    let userMessage: String
    let hint: String
    let field: String?
    let isRetryable: Bool
    let retryAfter: Duration?
    let outcome: Outcome
    let phase: Phase?
    let operation: String?
    let httpStatus: Int?
    let code: String?
    let serverMessage: String?
    let bodyExcerpt: String?
    let httpRequestID: String?
    let attempts: [Attempt]
    let elapsed: Duration
    let retryStoppedBy: RetryStoppedBy?
    let token: String?
    let cause: UppzyError?
    let verdict: QueueVerdict
    let report: String
    private let source: Source

    /// Where the form that all languages share comes from.
    private enum Source: Sendable {
      case read(JSONObject)
      case text(String)
    }

    /// All fields in the form that is the same in every language.
    func json() -> JSONObject {
      switch source {
      case .read(let fields): fields
      case .text(let text): (try? JSONValue(parsing: text))?.objectValue ?? [:]
      }
    }

    /// Those of an error of the native layer.
    init(_ details: ErrorDetails, causes: ArraySlice<ErrorDetails>) {
      kind = ErrorKind(rawValue: details.kind)
      message = details.reason
      userMessage = details.userMessage
      hint = details.hint
      field = details.field
      isRetryable = details.retryable
      retryAfter = details.retryAfter.map { .seconds($0) }
      outcome = Outcome(rawValue: details.outcome) ?? .unknown
      phase = details.phase.flatMap(Phase.init)
      operation = details.operation
      httpStatus = details.httpStatus.map { Int($0) }
      code = details.code
      serverMessage = details.serverMessage
      bodyExcerpt = details.bodyExcerpt
      httpRequestID = details.httpRequestId
      attempts = details.attempts.map(Attempt.init)
      elapsed = .seconds(details.elapsed)
      retryStoppedBy = details.retryStoppedBy.flatMap(RetryStoppedBy.init)
      token = details.token
      cause = causes.first.map { UppzyError(Fields($0, causes: causes.dropFirst())) }
      verdict = QueueVerdict(details.verdict)
      report = details.report
      source = .text(details.json)
    }

    /// Those of an error that somebody has kept as JSON.
    init(_ json: JSONObject) {
      func text(_ name: String) -> String? { json[name]?.stringValue }
      let kind = ErrorKind(rawValue: text("kind") ?? ErrorKind.internal.rawValue)
      let message = text("message") ?? "no message"
      self.kind = kind
      self.message = message
      userMessage = text("user_message") ?? "The assistant is not available right now."
      hint = text("hint") ?? ""
      field = text("field")
      isRetryable = json["retryable"]?.boolValue ?? false
      retryAfter = Duration(json["retry_after"])
      outcome = text("outcome").flatMap(Outcome.init) ?? .unknown
      phase = text("phase").flatMap(Phase.init)
      operation = text("operation")
      httpStatus = json["http_status"]?.intValue
      code = text("code")
      serverMessage = text("server_message")
      bodyExcerpt = text("body_excerpt")
      httpRequestID = text("http_request_id")
      attempts = (json["attempts"]?.arrayValue ?? []).map(Attempt.init)
      elapsed = Duration(json["elapsed"]) ?? .zero
      retryStoppedBy = text("retry_stopped_by").flatMap(RetryStoppedBy.init)
      token = text("token")
      cause = json["cause"]?.objectValue.map { UppzyError(json: $0) }
      verdict = .giveUp(reason: "\(kind): \(message)")
      report = "error: \(kind) (\(message))"
      source = .read(json)
    }
  }

  init(_ details: ErrorDetails) { self.init(Fields(details, causes: details.causes[...])) }
}

extension UppzyError.Attempt {
  init(_ data: AttemptData) {
    self.init(
      startedAfter: .seconds(data.startedAfter), duration: .seconds(data.duration),
      status: data.status.map { Int($0) }, kind: data.kind.map { ErrorKind(rawValue: $0) },
      delayBeforeNext: data.delayBeforeNext.map { .seconds($0) })
  }

  init(_ json: JSONValue) {
    self.init(
      startedAfter: Duration(json["started_after"]) ?? .zero,
      duration: Duration(json["duration"]) ?? .zero, status: json["status"]?.intValue,
      kind: json["kind"]?.stringValue.map { ErrorKind(rawValue: $0) },
      delayBeforeNext: Duration(json["delay_before_next"]))
  }
}

extension Duration {
  /// A number of seconds in JSON.
  fileprivate init?(_ json: JSONValue?) {
    guard let seconds = json?.doubleValue else { return nil }
    self = .seconds(seconds)
  }
}
