/// The assistant's answer to a question.
public struct Answer: Sendable, Hashable {
  /// The conversation it belongs to.
  public let sessionID: String
  /// The API's id of the question, needed to rate the answer. Empty for a fallback.
  public let requestID: String
  /// The text; nil when the server says that it is done but gave none. See also ``text``.
  public let answer: String?
  /// How sure the assistant is.
  public let confidenceLevel: ConfidenceLevel?
  /// The same as a number. The vendor's samples suggest 0 to 100.
  public let confidenceScore: Double?
  /// Whether the text is the caller's own fallback, since the assistant could not answer.
  public let isFallback: Bool
  /// Every other field, and those above that could not be read as their type.
  public let extra: JSONObject
  /// The JSON text that the server sent; empty for a fallback.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// The text; empty when there is none.
  public var text: String { answer ?? "" }

  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue {
    [
      "session_id": .string(sessionID),
      "request_id": .string(requestID),
      "answer": JSONValue(answer),
      "confidence_level": JSONValue(confidenceLevel?.rawValue),
      "confidence_score": JSONValue(confidenceScore),
      "is_fallback": .bool(isFallback),
      "extra": .object(extra),
      "meta": meta.json,
    ]
  }
}

extension Answer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("Answer")
      .with("sessionID", sessionID)
      .with("requestID", requestID)
      .hiding("answer", answer)
      .with("confidenceLevel", confidenceLevel)
      .with("confidenceScore", confidenceScore)
      .with("isFallback", isFallback)
      .naming("extra", extra)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
