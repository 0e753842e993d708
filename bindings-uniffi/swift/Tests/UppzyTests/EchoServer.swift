import Foundation
import Uppzy

#if canImport(Glibc)
  import Glibc
  private let stream = Int32(SOCK_STREAM.rawValue)
#else
  import Darwin
  private let stream = SOCK_STREAM
#endif

/// Says back what it was sent: in the form and under the status that the path begins with.
final class EchoServer: Sendable {
  /// How it says things back.
  static let forms = ["text", "code", "nested", "list", "in_text", "html", "cut"]
  /// Where it is; a form and a status are to follow.
  let url: String
  private let listening: Int32

  init() throws {
    let listening = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failed = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listening, $0, size) != 0 || listen(listening, 128) != 0
          || getsockname(listening, $0, &size) != 0
      }
    }
    guard listening >= 0, !failed else { throw NeverHappened(what: "a port to listen on: \(errno)") }
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    self.listening = listening
    Thread.detachNewThread {
      // Ends when the socket is closed.
      while case let connection = accept(listening, nil, nil), connection >= 0 {
        Thread.detachNewThread {
          Self.serve(connection)
          close(connection)
        }
      }
    }
  }

  func stop() {
    shutdown(listening, Int32(SHUT_RDWR))
    close(listening)
  }

  private static func serve(_ connection: Int32) {
    var received = Data()
    while let request = nextRequest(connection, &received) {
      let answer = Array(answer(to: request).utf8)
      guard send(connection, answer, answer.count, 0) == answer.count else { return }
    }
  }

  private struct Request {
    let path: [String]
    let headers: [String: String]
    let body: String
  }

  /// The next request; nil when the client has gone.
  private static func nextRequest(_ connection: Int32, _ received: inout Data) -> Request? {
    let end = Data("\r\n\r\n".utf8)
    while true {
      if let head = received.range(of: end) {
        let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(
          separatedBy: "\r\n")
        let fields = lines.dropFirst().map { $0.split(separator: ":", maxSplits: 1) }
        let headers = Dictionary(
          fields.filter { $0.count == 2 }.map {
            ($0[0].lowercased(), $0[1].trimmingCharacters(in: .whitespaces))
          }
        ) { _, last in last }
        let rest = received[head.upperBound...]
        // Pieces of unknown length end with an empty one, and are said back with their marks.
        let last = headers["transfer-encoding"] == nil ? nil : rest.range(of: Data("0\r\n\r\n".utf8))
        let length = headers["transfer-encoding"] == nil ? Int(headers["content-length"] ?? "0") : nil
        if let length = length ?? last.map({ $0.upperBound - rest.startIndex }), rest.count >= length {
          let path = lines[0].split(separator: " ")[1].split(separator: "/").map(String.init)
          let body = String(decoding: rest.prefix(length), as: UTF8.self)
          received = Data(rest.dropFirst(length))
          return Request(path: path, headers: headers, body: body)
        }
      }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return nil }
      received.append(contentsOf: buffer[..<count])
    }
  }

  private static func answer(to request: Request) -> String {
    let (form, status, rest) = (request.path[0], request.path[1], request.path.dropFirst(2))
    let secrets = ["x-api-key", "authorization", "x-gateway"].compactMap { request.headers[$0] }
    let first = secrets.first ?? ""
    let body = request.body
    let words = "\(body) of \(rest.joined(separator: "/")) with \(secrets.joined(separator: " "))"
    let text =
      switch form {
      case "code":
        (["code": .string(first), "error": .string(first), "type": .string(rest.last ?? "")] as JSONValue)
          .text
      case "nested": (["error": ["message": .string(words)], "request": .string(body)] as JSONValue).text
      case "list": ([.string(words), [.string(body)]] as JSONValue).text
      case "in_text": (["detail": "bad body: \(body)"] as JSONValue).text
      case "html": "<html><pre>\(words)</pre></html>"
      case "cut": String((["you sent": .string(words)] as JSONValue).text.dropLast(9))
      default: (["error": .string(words)] as JSONValue).text
      }
    return """
      HTTP/1.1 \(status) Echo\r
      content-type: application/json\r
      x-request-id: \(first)\r
      content-length: \(text.utf8.count)\r
      \r
      \(text)
      """
  }
}
