public import Foundation
internal import UppzyGenerated

/// A question that the server has accepted, and the answer to it that is being made.
///
/// Store ``token`` before you wait: with it any process, in any language, takes the answer up. Letting go
/// of this object, or cancelling the wait, only stops the waiting: the server goes on.
public struct PendingAnswer: Sendable {
  private let native: NativePending
  /// The API's id of the question.
  public let requestID: String
  /// The conversation; empty if a token was too long to hold it.
  public let sessionID: String
  /// When the server accepted the question.
  public let submittedAt: Date
  /// A text of at most 512 characters to resume with. Holds no key, message or address.
  public let token: String

  init(_ native: NativePending) {
    self.native = native
    requestID = native.requestId()
    sessionID = native.sessionId()
    submittedAt = native.submittedAt()
    token = native.token()
  }

  /// Waits for the answer.
  ///
  /// - Parameter timeout: For the whole wait. Default: ``Configuration/askTimeout``, 120 s.
  /// - Throws: ``UppzyError`` of kind `poll_timeout` when it is still being made (the error carries the
  ///   token), `chat_failed` when the server could not answer, `chat_gone` when it no longer knows the
  ///   question; `CancellationError` when the task was cancelled.
  public func result(timeout: Duration? = nil) async throws -> Answer {
    try await called(timeout, nil) { Answer(try await native.result(settings: $0, cancellation: $1)) }
  }

  /// Reads the state once, with the usual retries.
  ///
  /// - Parameters:
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where a repeat can double an effect; a read has none.
  /// - Throws: ``UppzyError``; `CancellationError` when the task was cancelled.
  public func status(timeout: Duration? = nil, retryUnknown: Bool? = nil) async throws -> ChatStatus {
    try await called(timeout, retryUnknown) {
      ChatStatus(try await native.status(settings: $0, cancellation: $1))
    }
  }

  /// Looks once and says what to do next: for job queues, so that no worker is held.
  ///
  /// - Parameters:
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where a repeat can double an effect; a read has none.
  /// - Throws: ``UppzyError``; `CancellationError` when the task was cancelled. A failed answer is an
  ///   outcome.
  public func pollOnce(timeout: Duration? = nil, retryUnknown: Bool? = nil) async throws -> PollOutcome {
    try await called(timeout, retryUnknown) {
      PollOutcome(try await native.pollOnce(settings: $0, cancellation: $1))
    }
  }

  /// Gives the states of the answer as they change, the final one last.
  public func states() -> ChatStates {
    let native = native
    return ChatStates(stream: BatchStream { try native.states() })
  }
}

extension PendingAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown { Shown("PendingAnswer").with("requestID", requestID) }

  /// The id of the question.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
