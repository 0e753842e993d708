internal import UppzyGenerated

extension Chat {
  /// Asks many questions at once, and gives the results as they come.
  ///
  /// Every question appears exactly once, with its answer or its error. The question of a failed outcome
  /// can be handed in again as it is; if it was accepted, it is then resumed, not asked twice.
  ///
  /// ```swift
  /// for try await outcome in client.chat.askMany(questions, concurrency: 500) {
  ///   switch outcome.result {
  ///   case .success(let answer): print(outcome.index, answer.text)
  ///   case .failure(let error): again.append(outcome.question)
  ///   }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - questions: The questions. Nothing is sent before the first result is asked for.
  ///   - concurrency: How many are submitted and awaited at once. A waiting answer costs a few kilobytes,
  ///     so thousands are fine where the plan's limits allow. Default: 100.
  ///   - timeout: For each question. Default: ``Configuration/askTimeout``, 120 s.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message. Default: the client's.
  ///   - onProgress: Called before each result is given.
  public func askMany(
    _ questions: some Sequence<Question>, concurrency: Int? = nil, timeout: Duration? = nil,
    retryUnknown: Bool? = nil, onProgress: (@Sendable (AskProgress) -> Void)? = nil
  ) -> AskOutcomes {
    let questions = questions.map { QuestionData($0) }
    let settings = CallSettings(timeout: timeout?.seconds, retryUnknown: retryUnknown)
    let native = native
    return AskOutcomes(
      stream: BatchStream {
        try native.chatAskMany(
          questions: questions, concurrency: try concurrency.map { try count("concurrency", $0) },
          settings: settings)
      }, onProgress: onProgress)
  }

  /// Waits for many answers by their tokens, and gives the results as they come.
  ///
  /// All share the client's rate of polls.
  ///
  /// - Parameters:
  ///   - tokens: The tokens, from any process and language.
  ///   - timeout: For each answer. Default: ``Configuration/askTimeout``, 120 s.
  ///   - retryUnknown: Repeat even where a repeat can double an effect; a read has none.
  public func waitMany(
    _ tokens: some Sequence<String>, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) -> WaitOutcomes {
    let tokens = Array(tokens)
    let settings = CallSettings(timeout: timeout?.seconds, retryUnknown: retryUnknown)
    let native = native
    return WaitOutcomes(
      stream: BatchStream { try native.chatWaitMany(tokens: tokens, settings: settings) })
  }

  /// Takes up an answer that is being made, from its token. Sends nothing yet.
  ///
  /// - Parameter token: The token, from any process and language.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when the token is damaged, or belongs to another
  ///   server.
  public func resume(_ token: String) throws -> PendingAnswer {
    PendingAnswer(try immediately { try native.chatResume(token: token) })
  }
}

/// A number of things as the native layer takes it.
func count(_ name: String, _ number: Int) throws -> UInt32 {
  if number > Int(UInt32.max) { return UInt32.max }
  guard let number = UInt32(exactly: number) else {
    throw UppzyError(invalidInput(field: name, reason: "\(name) must not be negative"))
  }
  return number
}
