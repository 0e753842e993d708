/// A question of many: if it failed, it can be handed in again as it is.
public struct Question: Sendable, Hashable {
  /// The question.
  public var message: String
  /// The conversation, named by you. Ends up in logs, so no addresses: see ``SessionIDs``.
  public var sessionID: String
  /// The address of the person who asks, if the site tells people apart by it.
  public var email: String?
  /// The language to answer in, such as `en`.
  public var responseLanguage: String?
  /// The token of an answer to this very question that was being made when an earlier wait for it
  /// ended. Then it is resumed, and nothing is submitted.
  public var resumeToken: String?

  public init(
    _ message: String, sessionID: String, email: String? = nil, responseLanguage: String? = nil,
    resumeToken: String? = nil
  ) {
    self.message = message
    self.sessionID = sessionID
    self.email = email
    self.responseLanguage = responseLanguage
    self.resumeToken = resumeToken
  }
}

extension Question: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("Question")
      .hiding("message", message)
      .with("sessionID", sessionID)
      .hiding("email", email)
      .with("responseLanguage", responseLanguage)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}

/// How far many questions are.
public struct AskProgress: Sendable, Hashable {
  /// How many have a result.
  public let done: Int
  /// How many of these are errors.
  public let failed: Int
  /// How many there are in all.
  public let total: Int
}

/// A question's result.
public struct AskOutcome: Sendable {
  /// The question's place in the input, from 0.
  public let index: Int
  /// The question, to hand in again if it failed. If the server had accepted it, it carries the token,
  /// so that handing it in resumes it.
  public let question: Question
  /// What it came to.
  public let result: Result<Answer, UppzyError>
}

/// The result of waiting for an answer by its token.
public struct WaitOutcome: Sendable {
  /// The token's place in the input, from 0.
  public let index: Int
  /// The token.
  public let token: String
  /// What it came to.
  public let result: Result<Answer, UppzyError>
}

/// What one look at a pending answer found.
public enum PollOutcome: Sendable {
  /// It is still being made: another look is worthwhile after this wait.
  case pending(retryIn: Duration)
  /// It is there.
  case completed(Answer)
  /// There will be none, and why.
  case failed(UppzyError)
}
