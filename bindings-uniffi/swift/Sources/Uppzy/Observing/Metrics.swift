internal import UppzyGenerated

/// What a client, and those that share with it, have done so far in this process.
public struct Metrics: Sendable {
  /// By the operation's name, such as `chat.send`.
  public let operations: [String: Operation]
  /// Ratings `good` that the server took.
  public let feedbackGood: Int
  /// Ratings `bad` that the server took.
  public let feedbackBad: Int
  /// Events that were dropped because their reader was too slow.
  public let eventsDropped: Int
  /// The numbers in Prometheus' text format 0.0.4, to be served as
  /// `text/plain; version=0.0.4; charset=utf-8`.
  public let prometheusText: String
  private let text: String

  /// All numbers in the form that is the same in every language; durations are seconds.
  public var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }

  /// What happened to the calls of one operation.
  public struct Operation: Sendable, Hashable {
    /// Calls that ended. A cancelled call is not one of them.
    public let calls: Int
    /// Calls that ended well.
    public let succeeded: Int
    /// Calls that went wrong, by the error's kind.
    public let failed: [ErrorKind: Int]
    /// Calls that went wrong, by outcome.
    public let outcomes: [UppzyError.Outcome: Int]
    /// Attempts beyond the first of each call.
    public let retries: Int
    /// Attempts answered with 429.
    public let throttled: Int
    /// Attempts answered with 5xx.
    public let serverErrors: Int
    /// How long calls took.
    public let latency: Latency
    /// Answers that were waited for, for the operations that wait.
    public let answers: Answers?
  }

  /// Answers that were waited for after the question was handed in.
  public struct Answers: Sendable, Hashable {
    /// How many answers were completed.
    public let answers: Int
    /// How many times the state of these was read, together.
    public let polls: Int
    /// The most reads that one of them took.
    public let pollsMax: Int
    /// The reads of an answer on average; nil without any answer.
    public let pollsPerAnswer: Double?
    /// The time from handing the question in to the answer.
    public let completion: Latency
  }

  /// How long something took.
  public struct Latency: Sendable, Hashable {
    /// How many times it was measured.
    public let count: Int
    /// All of it together.
    public let sum: Duration
    /// On average.
    public let mean: Duration
    /// In half of all cases at most.
    public let p50: Duration
    /// In 95 of 100 cases at most.
    public let p95: Duration
    /// In 99 of 100 cases at most.
    public let p99: Duration
    /// The longest.
    public let max: Duration
  }
}

extension Metrics {
  init(_ data: MetricsData) {
    let operations = data.operations.map { ($0.operation, Operation($0)) }
    self.init(
      operations: Dictionary(operations) { _, last in last }, feedbackGood: Int(data.feedbackGood),
      feedbackBad: Int(data.feedbackBad), eventsDropped: Int(data.eventsDropped),
      prometheusText: data.prometheus, text: data.json)
  }
}

extension Metrics.Operation {
  fileprivate init(_ data: OperationFigures) {
    let failed = data.failed.map { (ErrorKind(rawValue: $0.name), Int($0.count)) }
    let outcomes = data.outcomes.map {
      (UppzyError.Outcome(rawValue: $0.name) ?? .unknown, Int($0.count))
    }
    self.init(
      calls: Int(data.calls), succeeded: Int(data.succeeded),
      failed: Dictionary(failed, uniquingKeysWith: +),
      outcomes: Dictionary(outcomes, uniquingKeysWith: +), retries: Int(data.retries),
      throttled: Int(data.throttled), serverErrors: Int(data.serverErrors),
      latency: Metrics.Latency(data.latency), answers: data.answers.map { Metrics.Answers($0) })
  }
}

extension Metrics.Answers {
  fileprivate init(_ data: AnswerFigures) {
    self.init(
      answers: Int(data.answers), polls: Int(data.polls), pollsMax: Int(data.pollsMax),
      pollsPerAnswer: data.answers == 0 ? nil : data.pollsPerAnswer,
      completion: Metrics.Latency(data.completion))
  }
}

extension Metrics.Latency {
  fileprivate init(_ data: LatencyFigures) {
    self.init(
      count: Int(data.count), sum: .seconds(data.sum), mean: .seconds(data.mean),
      p50: .seconds(data.p50), p95: .seconds(data.p95), p99: .seconds(data.p99),
      max: .seconds(data.max))
  }
}
