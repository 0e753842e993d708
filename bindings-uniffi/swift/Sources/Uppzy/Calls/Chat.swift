internal import UppzyGenerated

/// Questions and answers. From ``UppzyClient/chat``.
///
/// `ask` is the answer to "just get me the answer"; `submit` and `resume` are its two halves for those
/// who wait elsewhere; `askMany` asks thousands at once. Cancelling a task stops the waiting and the
/// sending; what the server has accepted goes on there.
public struct Chat: Sendable {
  let native: NativeClient

  /// Asks and waits for the answer: submits, then polls.
  ///
  /// No connection stays open while the answer is made, and a broken one loses nothing. Takes about a
  /// second longer than `send`. The default of `timeout` is ``Configuration/askTimeout``, 120 s.
  ///
  /// - Parameters:
  ///   - message: The question.
  ///   - sessionID: The conversation, named by you. Ends up in logs, so no addresses: see ``SessionIDs``.
  ///   - email: The address of the person who asks, if the site tells people apart by it.
  ///   - responseLanguage: The language to answer in, such as `en`.
  ///   - resumeToken: The token of an answer to this very question, from an earlier wait that ended early:
  ///     it is resumed, and nothing is submitted.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `poll_timeout` when the answer is still being made (keep its
  ///   token), `chat_failed` when the server could not answer, `chat_gone` when it no longer knows the
  ///   question; `CancellationError` when the task was cancelled.
  public func ask(
    _ message: String, sessionID: String, email: String? = nil, responseLanguage: String? = nil,
    resumeToken: String? = nil, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Answer {
    try await called(timeout, retryUnknown) {
      Answer(
        try await native.chatAsk(
          question: QuestionData(message, sessionID, email, responseLanguage, resumeToken), settings: $0,
          cancellation: $1)
      )
    }
  }

  /// Asks, and gives your fallback when the assistant does not answer in time or fails.
  ///
  /// The answer then has ``Answer/isFallback``, and its `extra` says why under `fallback_reason` and holds
  /// the `token` of an answer that is still being made.
  ///
  /// - Parameters:
  ///   - message: The question.
  ///   - sessionID: The conversation, named by you. Ends up in logs, so no addresses: see ``SessionIDs``.
  ///   - email: The address of the person who asks, if the site tells people apart by it.
  ///   - responseLanguage: The language to answer in, such as `en`.
  ///   - resumeToken: The token of an answer to this very question, from an earlier wait that ended early:
  ///     it is resumed, and nothing is submitted.
  ///   - fallback: The text to give in the assistant's place.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` only for what a retry will not mend: `config`, `invalid_input`, `tls`,
  ///   `closed` and the 4xx kinds but 429; `CancellationError` when the task was cancelled.
  public func ask(
    _ message: String, sessionID: String, email: String? = nil, responseLanguage: String? = nil,
    resumeToken: String? = nil, fallback: String, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Answer {
    try await called(timeout, retryUnknown) {
      Answer(
        try await native.chatAskWithFallback(
          question: QuestionData(message, sessionID, email, responseLanguage, resumeToken),
          fallback: fallback, settings: $0, cancellation: $1))
    }
  }

  /// Asks on one connection that stays open until the answer is there: 5 to 60 s.
  ///
  /// When the connection breaks, nobody can tell whether the question was processed, and it is not
  /// repeated; `ask` does not have this trouble. The default of `timeout` is ``Configuration/sendTimeout``, 90 s.
  ///
  /// - Parameters:
  ///   - message: The question.
  ///   - sessionID: The conversation, named by you. Ends up in logs, so no addresses: see ``SessionIDs``.
  ///   - email: The address of the person who asks, if the site tells people apart by it.
  ///   - responseLanguage: The language to answer in, such as `en`.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError``; `CancellationError` when the task was cancelled.
  public func send(
    _ message: String, sessionID: String, email: String? = nil, responseLanguage: String? = nil,
    timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Answer {
    try await called(timeout, retryUnknown) {
      Answer(
        try await native.chatSend(
          question: QuestionData(message, sessionID, email, responseLanguage), settings: $0, cancellation: $1)
      )
    }
  }

  /// Hands a question in, and returns as soon as the server has accepted it.
  ///
  /// Store the ``PendingAnswer/token`` of the result before you wait.
  ///
  /// - Parameters:
  ///   - message: The question.
  ///   - sessionID: The conversation, named by you. Ends up in logs, so no addresses: see ``SessionIDs``.
  ///   - email: The address of the person who asks, if the site tells people apart by it.
  ///   - responseLanguage: The language to answer in, such as `en`.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError``; `CancellationError` when the task was cancelled.
  public func submit(
    _ message: String, sessionID: String, email: String? = nil, responseLanguage: String? = nil,
    timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> PendingAnswer {
    try await called(timeout, retryUnknown) {
      PendingAnswer(
        try await native.chatSubmit(
          question: QuestionData(message, sessionID, email, responseLanguage), settings: $0, cancellation: $1)
      )
    }
  }

  /// Reads the state of a question that was handed in.
  ///
  /// - Parameters:
  ///   - requestID: The API's id of the question.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `not_found` when there is no such question; right after handing in,
  ///   not yet; `CancellationError` when the task was cancelled.
  public func status(
    requestID: String, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> ChatStatus {
    try await called(timeout, retryUnknown) {
      ChatStatus(try await native.chatStatus(requestId: requestID, settings: $0, cancellation: $1))
    }
  }

  /// Looks at an answer once and says what to do next: for job queues.
  ///
  /// - Parameters:
  ///   - token: The token, from any process and language.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when the token is damaged, or belongs to another
  ///   server; a failed answer is an outcome; `CancellationError` when the task was cancelled.
  public func pollOnce(
    _ token: String, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> PollOutcome {
    try await called(timeout, retryUnknown) {
      PollOutcome(try await native.chatPollOnce(token: token, settings: $0, cancellation: $1))
    }
  }

  /// Rates an answer. A repeat is accepted and changes nothing: its receipt has no time.
  ///
  /// - Parameters:
  ///   - feedback: The judgement.
  ///   - sessionID: The conversation of the answer.
  ///   - requestID: The id of the question, from the answer.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `not_found` when there is no such request on this site; only
  ///   finished ones can be rated; `CancellationError` when the task was cancelled.
  public func feedback(
    _ feedback: Feedback, sessionID: String, requestID: String, timeout: Duration? = nil,
    retryUnknown: Bool? = nil
  ) async throws -> FeedbackReceipt {
    try await called(timeout, retryUnknown) {
      FeedbackReceipt(
        try await native.chatFeedback(
          sessionId: sessionID, requestId: requestID, feedback: feedback.rawValue, settings: $0,
          cancellation: $1))
    }
  }
}
