internal import UppzyGenerated

/// Events from now on, until the client or this stream is closed. A reader that is too slow misses the
/// oldest, and no call waits for a reader.
///
/// ```swift
/// for try await event in try client.events() {
///   logger.debug("\(event)")
/// }
/// ```
public struct EventStream: AsyncSequence, Sendable {
  public typealias Element = Event
  private let native: NativeEvents
  private let closing = Closing()

  init(_ native: NativeEvents) { self.native = native }

  /// Takes the events that are there, without waiting.
  ///
  /// - Throws: ``UppzyError`` of kind `internal`.
  public func read() throws -> [Event] {
    try immediately { try native.read() }.map { Event($0) }
  }

  /// How many events were dropped for want of room.
  public var dropped: Int { Int(native.dropped()) }

  /// Ends the iteration. May be repeated.
  public func close() { closing.close() }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(native, closing) }

  /// Gives each event as it comes.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let native: NativeEvents
    private let closing: Closing
    private var batch = Batch<EventData>()

    fileprivate init(_ native: NativeEvents, _ closing: Closing) {
      self.native = native
      self.closing = closing
    }

    /// The next event; nil at the end.
    ///
    /// - Throws: `CancellationError` when the task was cancelled.
    public mutating func next() async throws -> Event? {
      if batch.isEmpty {
        batch = Batch(try await taken())
      }
      return batch.next().map { Event($0) }
    }

    private func taken() async throws -> [EventData] {
      do {
        return try await cancellable { cancellation in
          guard closing.begin(cancellation) else { return [] }
          defer { closing.end(cancellation) }
          return try await native.next(cancellation: cancellation)
        }
      } catch is CancellationError where closing.isClosed && !Task.isCancelled {
        return []
      }
    }
  }
}
