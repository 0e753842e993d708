internal import UppzyGenerated

/// Operations on sessions: conversations of one person or thread. From ``UppzyClient/sessions``.
public struct Sessions: Sendable {
  let native: NativeClient

  /// Lists sessions.
  ///
  /// - Parameters:
  ///   - email: Only those of the person with this address.
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func list(
    email: String? = nil, query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Listing<Session> {
    try await called(timeout, retryUnknown) {
      Listing<Session>(
        try await native.sessionsList(
          email: email, query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Closes a session: it is archived and takes no new messages. May be repeated.
  ///
  /// - Parameters:
  ///   - sessionID: The conversation, as it was named when asking.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func close(_ sessionID: String, timeout: Duration? = nil, retryUnknown: Bool? = nil) async throws {
    try await called(timeout, retryUnknown) {
      try await native.sessionsClose(sessionId: sessionID, settings: $0, cancellation: $1)
    }
  }

  /// Finds a person's open session that was used last; nil if there is none.
  ///
  /// - Parameters:
  ///   - email: The person's address.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func latestOpen(
    email: String, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> Session? {
    try await called(timeout, retryUnknown) {
      try await native.sessionsLatestOpen(email: email, settings: $0, cancellation: $1).map { Session($0) }
    }
  }
}
