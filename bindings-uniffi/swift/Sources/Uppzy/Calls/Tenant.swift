internal import UppzyGenerated

/// Operations on the tenant: the workspace that keys, sites and the plan belong to.
///
/// From ``UppzyClient/tenant``. The vendor documents no fields of the answers: they come as open objects.
public struct Tenant: Sendable {
  let native: NativeClient

  /// Reads the tenant.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no tenant id; `CancellationError` when
  ///   the task was cancelled.
  public func get(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.tenantGet(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads the limits of the plan: the cheapest check that all is set up well.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no tenant id; `CancellationError` when
  ///   the task was cancelled.
  public func limits(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.tenantLimits(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads what was used of the plan.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no tenant id; `CancellationError` when
  ///   the task was cancelled.
  public func usage(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.tenantUsage(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads what was used over time.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no tenant id; `CancellationError` when
  ///   the task was cancelled.
  public func usageHistory(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.tenantUsageHistory(query: query.pairs, settings: $0, cancellation: $1))
    }
  }

  /// Reads the tenant's statistics.
  ///
  /// - Parameters:
  ///   - query: Parameters, passed on as they are.
  ///   - timeout: For the whole call, retries included. Default: the client's.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double a message or a document. Default: the client's.
  /// - Throws: ``UppzyError`` of kind `config` when the client has no tenant id; `CancellationError` when
  ///   the task was cancelled.
  public func statistics(
    query: Query = [:], timeout: Duration? = nil, retryUnknown: Bool? = nil
  ) async throws -> OpenObject {
    try await called(timeout, retryUnknown) {
      OpenObject(try await native.tenantStatistics(query: query.pairs, settings: $0, cancellation: $1))
    }
  }
}
