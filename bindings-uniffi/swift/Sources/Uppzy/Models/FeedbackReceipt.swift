public import Foundation

/// What the server says to a rating.
public struct FeedbackReceipt: Sendable, Hashable {
  /// `ok`, by the vendor's pages.
  public let status: String?
  /// The question whose answer was rated.
  public let requestID: String
  /// The rating that counts.
  public let feedback: String?
  /// When this rating was taken; nil when the answer had been rated before.
  public let feedbackSubmittedAt: Date?
  /// Whether this was the answer's first rating: only then does the server give a time.
  public let isFirst: Bool
  /// Every other field, and those above that could not be read as their type.
  public let extra: JSONObject
  /// The JSON text that the server sent.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue {
    [
      "status": JSONValue(status),
      "request_id": .string(requestID),
      "feedback": JSONValue(feedback),
      "feedback_submitted_at": JSONValue(feedbackSubmittedAt),
      "extra": .object(extra),
      "meta": meta.json,
    ]
  }
}

extension FeedbackReceipt: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("FeedbackReceipt")
      .with("status", status)
      .with("requestID", requestID)
      .with("feedback", feedback)
      .with("feedbackSubmittedAt", feedbackSubmittedAt)
      .naming("extra", extra)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
