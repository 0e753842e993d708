public import Foundation
public import Uppzy
internal import UppzyGenerated

/// Where clients take time and randomness from, for tests of programs that use this package.
public struct TestClock: Sendable {
  fileprivate let native: UppzyGenerated.TestClock

  /// Time that jumps over waits as soon as all calls only wait for it.
  ///
  /// - Parameters:
  ///   - seed: Of everything left to chance.
  ///   - silence: Of real time: for how long a server may say nothing before the timer that guards the
  ///     request fires. Default: 0.3 s.
  /// - Throws: `UppzyError` of kind `invalid_input` when the silence is negative.
  public static func virtual(seed: UInt64 = 0, silence: Duration? = nil) throws -> TestClock {
    TestClock(
      native: try immediately { try .virtualTime(seed: seed, silence: silence?.seconds) })
  }

  /// Time that stands still but for ``advance(by:)``.
  public static func manual(seed: UInt64 = 0) -> TestClock {
    TestClock(native: .manual(seed: seed))
  }

  /// Moves the time forward.
  ///
  /// - Throws: `UppzyError` of kind `invalid_input` when the time is negative.
  public func advance(by time: Duration) throws {
    try immediately { try native.advance(seconds: time.seconds) }
  }

  /// The clock's present moment.
  public var now: Date { native.now() }
}

extension Configuration {
  /// The configuration with another source of time.
  public func with(_ clock: TestClock) -> Configuration {
    var configuration = self
    configuration.clock = clock.native
    return configuration
  }
}
