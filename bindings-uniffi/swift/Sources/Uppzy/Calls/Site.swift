internal import UppzyGenerated

/// Operations on the site: one chatbot with its documents, sessions and widget.
///
/// From ``UppzyClient/site``. The vendor documents no fields of the answers: they come as open objects.
public struct Site: Sendable {
  let native: NativeClient

  /// Reads the site.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func get(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.siteGet(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads the site's statistics.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func statistics(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.siteStatistics(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads one user's statistics.
  ///
  /// - Parameters:
  ///   - email: The user's address.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func userStatistics(
    email: String, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.siteUserStatistics(email: email, settings: $0, cancellation: $1))
    }
  }

  /// Reads the widget's configuration.
  ///
  /// - Parameters:
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no site id; `CancellationError` when
  ///   the task was cancelled.
  public func widgetConfig(timeout: Duration? = nil, retryUnknown: Bool? = nil) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.siteWidgetConfig(settings: $0, cancellation: $1))
    }
  }

  /// Changes the widget's configuration.
  ///
  /// - Parameters:
  ///   - patch: The fields to change with their new values, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when the patch is empty; `CancellationError` when
  ///   the task was cancelled.
  public func updateWidgetConfig(
    _ patch: JSONValue, timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(
        try await native.siteUpdateWidgetConfig(
          patch: JsonValue(patch), settings: $0, cancellation: $1))
    }
  }
}
