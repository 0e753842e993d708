public import Foundation
internal import UppzyGenerated

/// Makes session ids that are the same in every process and language, and from which nobody can tell
/// who is behind them: ids end up in logs.
public struct SessionIDs: Sendable {
  private let native: NativeSessionIds

  /// - Parameter secret: The same in all processes that are to make the same ids. Never in an app that
  ///   others install.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when it is too short.
  public init(secret: String) throws { try self.init(secret: Data(secret.utf8)) }

  /// - Parameter secret: The same in all processes that are to make the same ids. Never in an app that
  ///   others install.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when it is too short.
  public init(secret: Data) throws {
    native = try immediately { try NativeSessionIds(secret: secret) }
  }

  /// One conversation for each user.
  ///
  /// - Throws: ``UppzyError`` of kind `invalid_input` when it is empty.
  public func perUser(_ user: String) throws -> String {
    try immediately { try native.perUser(user: user) }
  }

  /// One conversation for each thread, ticket or call.
  ///
  /// - Throws: ``UppzyError`` of kind `invalid_input` when it is empty.
  public func perThread(_ thread: String) throws -> String {
    try immediately { try native.perThread(thread: thread) }
  }

  /// One conversation for each user in each channel.
  ///
  /// - Throws: ``UppzyError`` of kind `invalid_input` when one of them is empty.
  public func perChannel(_ channel: String, user: String) throws -> String {
    try immediately { try native.perChannel(channel: channel, user: user) }
  }
}
