internal import Foundation
internal import UppzyGenerated

/// Ends waits when what they wait on is closed.
final class Closing: @unchecked Sendable {
  private let lock = NSLock()
  private var closed = false
  private var waits: [ObjectIdentifier: Cancellation] = [:]

  var isClosed: Bool { lock.withLock { closed } }

  /// Notes a wait; false when it is not to begin any more.
  func begin(_ wait: Cancellation) -> Bool {
    lock.withLock {
      if !closed { waits[ObjectIdentifier(wait)] = wait }
      return !closed
    }
  }

  func end(_ wait: Cancellation) {
    lock.withLock { _ = waits.removeValue(forKey: ObjectIdentifier(wait)) }
  }

  func close() {
    let waits = lock.withLock {
      closed = true
      return self.waits.values
    }
    waits.forEach { $0.cancel() }
  }
}
