/// How far the server is with a question.
public struct ChatStatus: Sendable, Hashable {
  /// The question.
  public let requestID: String
  /// The conversation, if the server repeats it.
  public let sessionID: String?
  /// How far the server is.
  public let status: RequestStatus
  /// The same as the server wrote it.
  public let statusText: String
  /// Whether the server will not change it any more.
  public let isFinished: Bool
  /// The text, once there is one.
  public let answer: String?
  /// Why there will be none.
  public let error: String?
  /// How sure the assistant is. The vendor does not document it here.
  public let confidenceLevel: ConfidenceLevel?
  /// The same as a number. The vendor does not document it here.
  public let confidenceScore: Double?
  /// Every other field, and those above that could not be read as their type.
  public let extra: JSONObject
  /// The JSON text that the server sent.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue {
    [
      "request_id": .string(requestID),
      "session_id": JSONValue(sessionID),
      "status": JSONValue(status.rawValue),
      "status_text": .string(statusText),
      "answer": JSONValue(answer),
      "error": JSONValue(error),
      "confidence_level": JSONValue(confidenceLevel?.rawValue),
      "confidence_score": JSONValue(confidenceScore),
      "extra": .object(extra),
      "meta": meta.json,
    ]
  }
}

extension ChatStatus: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("ChatStatus")
      .with("requestID", requestID)
      .with("sessionID", sessionID)
      .with("status", status)
      .hiding("answer", answer)
      .hiding("error", error)
      .naming("extra", extra)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
