/// How sure the assistant is. The server may say something else than what is known here.
public struct ConfidenceLevel: RawRepresentable, Sendable, Hashable {
  /// The text as the server wrote it.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let high = ConfidenceLevel(rawValue: "high")
  public static let medium = ConfidenceLevel(rawValue: "medium")
  public static let low = ConfidenceLevel(rawValue: "low")
}

/// Whether a document takes part in answers. The server may say something else than what is known here.
public struct DocumentStatus: RawRepresentable, Sendable, Hashable {
  /// The text as the server wrote it.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// It takes part in answers.
  public static let active = DocumentStatus(rawValue: "active")
  /// It does not, yet.
  public static let draft = DocumentStatus(rawValue: "draft")
}

/// How far the server is with a question. It may say something else than what is known here.
public struct RequestStatus: RawRepresentable, Sendable, Hashable {
  /// The text, brought to one form: see ``ChatStatus/statusText`` for the server's own.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The answer is being made.
  public static let pending = RequestStatus(rawValue: "pending")
  /// The answer is there.
  public static let completed = RequestStatus(rawValue: "completed")
  /// There will be none.
  public static let failed = RequestStatus(rawValue: "failed")
}

/// A user's judgement of an answer. Anything but those below is refused by the client.
public struct Feedback: RawRepresentable, Sendable, Hashable {
  /// Its name.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  public static let good = Feedback(rawValue: "good")
  public static let bad = Feedback(rawValue: "bad")
}

extension ConfidenceLevel: CustomStringConvertible {
  public var description: String { rawValue }
}
extension DocumentStatus: CustomStringConvertible {
  public var description: String { rawValue }
}
extension RequestStatus: CustomStringConvertible {
  public var description: String { rawValue }
}
extension Feedback: CustomStringConvertible {
  public var description: String { rawValue }
}
