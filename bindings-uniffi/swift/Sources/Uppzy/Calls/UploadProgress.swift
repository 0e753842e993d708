/// How far an upload is.
public struct UploadProgress: Sendable, Hashable {
  /// Bytes of the file that were handed to the connection. Starts again when an attempt is repeated.
  public let sent: Int
  /// Bytes of the file, when known.
  public let total: Int?
}
