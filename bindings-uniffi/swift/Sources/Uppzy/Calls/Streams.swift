internal import UppzyGenerated

/// The results of many questions as they come, from ``Chat/askMany(_:concurrency:timeout:retryUnknown:onProgress:)``.
///
/// Can be gone through once. Leaving the loop, or cancelling its task, ends the waiting for the rest.
public struct AskOutcomes: AsyncSequence, Sendable {
  public typealias Element = AskOutcome
  let stream: BatchStream<NativeAsked>
  let onProgress: (@Sendable (AskProgress) -> Void)?

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(items: BatchIterator(stream), onProgress: onProgress)
  }

  /// Gives each result as it comes.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var items: BatchIterator<NativeAsked>
    fileprivate let onProgress: (@Sendable (AskProgress) -> Void)?

    /// The next result; nil at the end.
    ///
    /// - Throws: ``UppzyError`` when an option cannot be used; `CancellationError` when the task was
    ///   cancelled. What goes wrong with a question is its result.
    public mutating func next() async throws -> AskOutcome? {
      guard let asked = try await items.next() else { return nil }
      onProgress?(AskProgress(done: Int(asked.done), failed: Int(asked.failed), total: Int(asked.total)))
      return AskOutcome(
        index: Int(asked.index), question: Question(asked.question),
        result: result(asked.answer, asked.error))
    }
  }
}

/// The answers to many tokens as they come, from ``Chat/waitMany(_:timeout:retryUnknown:)``.
///
/// Can be gone through once. Leaving the loop, or cancelling its task, ends the waiting for the rest.
public struct WaitOutcomes: AsyncSequence, Sendable {
  public typealias Element = WaitOutcome
  let stream: BatchStream<NativeWaited>

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(items: BatchIterator(stream)) }

  /// Gives each result as it comes.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var items: BatchIterator<NativeWaited>

    /// The next result; nil at the end.
    ///
    /// - Throws: ``UppzyError`` when an option cannot be used; `CancellationError` when the task was
    ///   cancelled. What goes wrong with a token is its result.
    public mutating func next() async throws -> WaitOutcome? {
      guard let waited = try await items.next() else { return nil }
      return WaitOutcome(
        index: Int(waited.index), token: waited.token, result: result(waited.answer, waited.error))
    }
  }
}

/// The states of an answer as they change, the final one last, from ``PendingAnswer/states()``.
///
/// Can be gone through once. Leaving the loop, or cancelling its task, ends the waiting.
public struct ChatStates: AsyncSequence, Sendable {
  public typealias Element = ChatStatus
  let stream: BatchStream<NativeStates>

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(items: BatchIterator(stream)) }

  /// Gives each state as it changes.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate var items: BatchIterator<NativeStates>

    /// The next state; nil at the end.
    ///
    /// - Throws: ``UppzyError`` of kind `poll_timeout` when ``Configuration/askTimeout`` is over, or what
    ///   any call can end in; `CancellationError` when the task was cancelled.
    public mutating func next() async throws -> ChatStatus? {
      try await items.next().map { ChatStatus($0) }
    }
  }
}

/// What a question or a token came to.
private func result(_ answer: AnswerData?, _ error: ErrorDetails?) -> Result<Answer, UppzyError> {
  if let answer { return .success(Answer(answer)) }
  return .failure(UppzyError(error ?? internalFault(reason: "a result is neither answer nor error")))
}
