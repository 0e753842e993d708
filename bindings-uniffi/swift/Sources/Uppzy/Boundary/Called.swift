internal import UppzyGenerated

/// Makes a call that ends when the task is cancelled: nothing more is sent, and its socket is released.
///
/// Only ``UppzyError`` and `CancellationError` come out. The native layer learns of a cancelled task by
/// the cancellation alone, as the bindings do not hand it on.
func called<Value: Sendable>(
  _ timeout: Duration?, _ retryUnknown: Bool?,
  _ body: (CallSettings, Cancellation) async throws -> Value
) async throws -> Value {
  let settings = CallSettings(timeout: timeout?.seconds, retryUnknown: retryUnknown)
  return try await cancellable { try await body(settings, $0) }
}

/// The same for what has no settings.
func cancellable<Value: Sendable>(
  _ body: (Cancellation) async throws -> Value
) async throws -> Value {
  try Task.checkCancellation()
  let cancellation = Cancellation()
  return try await withTaskCancellationHandler {
    do {
      return try await body(cancellation)
    } catch {
      throw translated(error)
    }
  } onCancel: {
    cancellation.cancel()
  }
}

/// Does what the native layer does at once.
package func immediately<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch {
    throw translated(error)
  }
}

/// The error as this package throws it.
private func translated(_ error: any Error) -> any Error {
  switch error {
  case CallError.Failed(let details): UppzyError(details)
  case CallError.Cancelled: CancellationError()
  case is UppzyError, is CancellationError: error
  // The native layer has failed to tell what went wrong.
  default: UppzyError(internalFault(reason: String(describing: error)))
  }
}
