/// How a result came about: what it took, and the ids to quote when asking about it.
public struct Meta: Sendable, Hashable {
  /// How many times the request was sent. For an awaited answer: the question, not its polls.
  public let attempts: Int
  /// How many times the state of an awaited answer was read.
  public let polls: Int
  /// From the start of the call to its result.
  public let elapsed: Duration
  /// The status of the last HTTP answer; 0 for a result that no server gave, such as a fallback.
  public let httpStatus: Int
  /// The HTTP request id header of the last answer, if it had one. Not the API's request id.
  public let httpRequestID: String?

  /// All fields in the form that is the same in every language; durations are seconds.
  public var json: JSONValue {
    [
      "attempts": .integer(Int64(attempts)),
      "polls": .integer(Int64(polls)),
      "elapsed": JSONValue(elapsed.seconds),
      "http_status": .integer(Int64(httpStatus)),
      "http_request_id": JSONValue(httpRequestID),
    ]
  }
}
