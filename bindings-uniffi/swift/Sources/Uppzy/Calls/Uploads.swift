public import Foundation
internal import UppzyGenerated

extension Documents {
  /// Uploads a file as a document. Read as it is sent, never whole in memory.
  ///
  /// - Parameters:
  ///   - url: Where the file is.
  ///   - fileName: The name that the server sees. Default: that of the file.
  ///   - contentType: Its type. Default: the one that the name's extension tells.
  ///   - timeout: For the whole call, retries included. Default: ``Configuration/uploadTimeout``, 300 s.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double the document. Default: the client's.
  ///   - onProgress: Called as bytes are sent.
  /// - Throws: ``UppzyError`` of kind `file_read` when the file cannot be read, or changes meanwhile,
  ///   `payload_too_large` when the server refuses its size; `CancellationError` when the task was
  ///   cancelled.
  public func upload(
    fileAt url: URL, fileName: String? = nil, contentType: String? = nil, timeout: Duration? = nil,
    retryUnknown: Bool? = nil, onProgress: (@Sendable (UploadProgress) -> Void)? = nil
  ) async throws -> Document {
    guard url.isFileURL else {
      throw UppzyError(invalidInput(field: "url", reason: "url must be that of a local file"))
    }
    let upload = try prepared(.file(path: url.path), fileName, contentType, timeout, retryUnknown)
    return try await upload.run(nil as NoPieces?, onProgress)
  }

  /// Uploads bytes as a document.
  ///
  /// - Parameters:
  ///   - content: The bytes.
  ///   - fileName: The name that the server sees.
  ///   - contentType: Its type. Default: the one that the name's extension tells.
  ///   - timeout: For the whole call, retries included. Default: ``Configuration/uploadTimeout``, 300 s.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double the document. Default: the client's.
  ///   - onProgress: Called as bytes are sent.
  /// - Throws: ``UppzyError`` of kind `payload_too_large` when the server refuses its size;
  ///   `CancellationError` when the task was cancelled.
  public func upload(
    _ content: Data, fileName: String, contentType: String? = nil, timeout: Duration? = nil,
    retryUnknown: Bool? = nil, onProgress: (@Sendable (UploadProgress) -> Void)? = nil
  ) async throws -> Document {
    let upload = try prepared(.memory(content: content), fileName, contentType, timeout, retryUnknown)
    return try await upload.run(nil as NoPieces?, onProgress)
  }

  /// Uploads pieces that come one after the other, as they come: those of a body that your server
  /// receives, for example. They can be read only once, and are not sent again when an attempt fails.
  ///
  /// - Parameters:
  ///   - pieces: The pieces.
  ///   - fileName: The name that the server sees.
  ///   - contentType: Its type. Default: the one that the name's extension tells.
  ///   - length: Bytes of all pieces, if known: the server can then refuse at once.
  ///   - timeout: For the whole call, retries included. Default: ``Configuration/uploadTimeout``, 300 s.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double the document. Default: the client's.
  ///   - onProgress: Called as bytes are sent.
  /// - Throws: ``UppzyError`` of kind `file_read` when the pieces end in an error, which is its
  ///   ``UppzyError/sourceError``, `payload_too_large` when the server refuses the size;
  ///   `CancellationError` when the task was cancelled.
  public func upload<Pieces: AsyncSequence & Sendable>(
    _ pieces: Pieces, fileName: String, contentType: String? = nil, length: Int? = nil,
    timeout: Duration? = nil, retryUnknown: Bool? = nil,
    onProgress: (@Sendable (UploadProgress) -> Void)? = nil
  ) async throws -> Document where Pieces.Element: Sequence<UInt8> {
    let length = try length.map { try bytes($0) }
    let upload = try prepared(
      .pieces(length: length), fileName, contentType, timeout, retryUnknown)
    return try await upload.run(SequencePieces(pieces.makeAsyncIterator()), onProgress)
  }

  /// Uploads bytes that come one after the other, as they come: those of a file handle or of another
  /// answer, for example. They can be read only once, and are not sent again when an attempt fails.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - fileName: The name that the server sees.
  ///   - contentType: Its type. Default: the one that the name's extension tells.
  ///   - length: How many they are, if known: the server can then refuse at once.
  ///   - timeout: For the whole call, retries included. Default: ``Configuration/uploadTimeout``, 300 s.
  ///   - retryUnknown: Repeat even where nobody can tell whether the server has done it already; a
  ///     repeat can then double the document. Default: the client's.
  ///   - onProgress: Called as bytes are sent.
  /// - Throws: ``UppzyError`` of kind `file_read` when the bytes end in an error, which is its
  ///   ``UppzyError/sourceError``, `payload_too_large` when the server refuses the size;
  ///   `CancellationError` when the task was cancelled.
  public func upload<Bytes: AsyncSequence & Sendable>(
    _ bytes: Bytes, fileName: String, contentType: String? = nil, length: Int? = nil,
    timeout: Duration? = nil, retryUnknown: Bool? = nil,
    onProgress: (@Sendable (UploadProgress) -> Void)? = nil
  ) async throws -> Document where Bytes.Element == UInt8 {
    let length = try length.map { try Uppzy.bytes($0) }
    let upload = try prepared(
      .pieces(length: length), fileName, contentType, timeout, retryUnknown)
    return try await upload.run(BytePieces(bytes.makeAsyncIterator()), onProgress)
  }

  private func prepared(
    _ source: UploadSource, _ fileName: String?, _ contentType: String?, _ timeout: Duration?,
    _ retryUnknown: Bool?
  ) throws -> Upload {
    let settings = CallSettings(timeout: timeout?.seconds, retryUnknown: retryUnknown)
    return Upload(
      try immediately {
        try native.documentsUpload(
          source: source, fileName: fileName, contentType: contentType, settings: settings)
      })
  }
}

/// A number of bytes as the native layer takes it.
private func bytes(_ length: Int) throws -> UInt64 {
  guard let length = UInt64(exactly: length) else {
    throw UppzyError(invalidInput(field: "length", reason: "length must not be negative"))
  }
  return length
}
