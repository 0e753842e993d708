internal import Foundation
internal import UppzyGenerated

/// Runs an upload: does what the native layer asks for until it is done. Letting go of it ends it.
final class Upload: Sendable {
  private let native: NativeUpload

  init(_ native: NativeUpload) { self.native = native }
  deinit { native.end() }

  func run(
    _ pieces: (some UploadPieces)?, _ onProgress: (@Sendable (UploadProgress) -> Void)?
  ) async throws -> Document {
    var pieces = pieces
    var sourceError: (any Error)?
    do {
      while true {
        switch try await cancellable({ try await native.step(cancellation: $0) }) {
        case .sent(let sent, let total):
          onProgress?(UploadProgress(sent: Int(sent), total: total.map { Int($0) }))
        case .done(let document):
          return Document(document)
        case .pieceWanted:
          do {
            if let piece = try await pieces?.next() {
              native.give(piece: piece)
            } else {
              native.finish()
            }
          } catch is CancellationError {
            throw CancellationError()
          } catch {
            sourceError = error
            // Its type, and not its words: these may be about a person.
            native.fail(reason: String(describing: type(of: error)))
          }
        }
      }
    } catch var error as UppzyError where sourceError != nil && error.kind == .fileRead {
      error.sourceError = sourceError
      throw error
    }
  }
}

/// A source that is read piece by piece.
protocol UploadPieces {
  mutating func next() async throws -> Data?
}

/// None, for what the native layer reads itself.
struct NoPieces: UploadPieces {
  mutating func next() async throws -> Data? { nil }
}

/// Pieces as they come.
struct SequencePieces<Iterator: AsyncIteratorProtocol>: UploadPieces
where Iterator.Element: Sequence<UInt8> {
  private var iterator: Iterator

  init(_ iterator: Iterator) { self.iterator = iterator }

  mutating func next() async throws -> Data? { try await iterator.next().map { Data($0) } }
}

/// Bytes, gathered to pieces.
struct BytePieces<Iterator: AsyncIteratorProtocol>: UploadPieces where Iterator.Element == UInt8 {
  private static var size: Int { 64 * 1024 }
  private var iterator: Iterator

  init(_ iterator: Iterator) { self.iterator = iterator }

  mutating func next() async throws -> Data? {
    var piece = Data()
    piece.reserveCapacity(Self.size)
    while piece.count < Self.size, let byte = try await iterator.next() {
      piece.append(byte)
    }
    return piece.isEmpty ? nil : piece
  }
}
