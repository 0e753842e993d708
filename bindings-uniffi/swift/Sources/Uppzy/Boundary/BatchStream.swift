internal import Foundation
internal import UppzyGenerated

/// A stream of the native layer, whose work begins with the first batch.
protocol NativeStream: AnyObject, Sendable {
  associatedtype Item: Sendable
  func next(cancellation: Cancellation?) async throws -> [Item]
  func end()
}

extension NativeAsked: NativeStream {}
extension NativeWaited: NativeStream {}
extension NativeStates: NativeStream {}

/// A stream that is made when it is first asked, so that what is wrong with its options comes as all else
/// that goes wrong.
final class BatchStream<Native: NativeStream>: @unchecked Sendable {
  private let lock = NSLock()
  private let make: @Sendable () throws -> Native
  private var made: Native?

  init(_ make: @escaping @Sendable () throws -> Native) { self.make = make }

  deinit { end() }

  func next() async throws -> [Native.Item] {
    try await cancellable { try await native().next(cancellation: $0) }
  }

  /// Ends the work. What the server has accepted goes on there.
  func end() { lock.withLock { made }?.end() }

  private func native() throws -> Native {
    try lock.withLock {
      if let made { return made }
      let native = try make()
      made = native
      return native
    }
  }
}

/// Goes through a stream once; letting go of it ends the work.
struct BatchIterator<Native: NativeStream> {
  private let stream: Leaving<Native>
  private var batch = Batch<Native.Item>()

  init(_ stream: BatchStream<Native>) { self.stream = Leaving(stream) }

  mutating func next() async throws -> Native.Item? {
    if let item = batch.next() { return item }
    batch = Batch(try await stream.stream.next())
    return batch.next()
  }
}

/// Ends the work when a loop is left.
private final class Leaving<Native: NativeStream>: Sendable {
  let stream: BatchStream<Native>
  init(_ stream: BatchStream<Native>) { self.stream = stream }
  deinit { stream.end() }
}
