import Foundation

#if canImport(Glibc)
  import Glibc
  private let stream = Int32(SOCK_STREAM.rawValue)
#else
  import Darwin
  private let stream = SOCK_STREAM
#endif

/// A server on a free port that says the same to everybody, whatever they say, or nothing.
final class Listener: Sendable {
  let port: UInt16
  private let socket: Int32

  /// - Parameter answer: What it says; nil never answers.
  init(answer: String?) throws {
    socket = try opened()
    var address = loopback(port: 0)
    guard bound(socket, &address) == 0, listen(socket, 128) == 0 else {
      throw Fault("no port can be listened on: \(errno)")
    }
    port = try portOf(socket)
    let socket = socket
    Thread.detachNewThread {
      // Ends when the socket is closed.
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        guard let answer else {
          // Held open, and never read.
          continue
        }
        let bytes = Array(answer.utf8)
        _ = send(connection, bytes, bytes.count, 0)
        shutdown(connection, Int32(SHUT_WR))
        // Closing before everything is read would reset the connection.
        Thread.detachNewThread {
          var buffer = [UInt8](repeating: 0, count: 1024)
          while read(connection, &buffer, buffer.count) > 0 {}
          close(connection)
        }
      }
    }
  }

  var address: String { "127.0.0.1:\(port)" }

  func stop() {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }
}

/// A port that is taken by a connection and not listened on, so that nobody else takes it.
final class DeadPort: Sendable {
  let port: UInt16
  private let socket: Int32

  init(connectedTo listener: Listener) throws {
    let socket = try opened()
    self.socket = socket
    var address = loopback(port: listener.port)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Fault("no connection: \(errno)") }
    port = try portOf(socket)
  }

  func stop() { close(socket) }
}

private func opened() throws -> Int32 {
  let made = socket(AF_INET, stream, 0)
  guard made >= 0 else { throw Fault("no socket: \(errno)") }
  return made
}

private func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  return address
}

private func bound(_ socket: Int32, _ address: inout sockaddr_in) -> Int32 {
  withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

private func portOf(_ socket: Int32) throws -> UInt16 {
  var address = sockaddr_in()
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let result = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
  }
  guard result == 0 else { throw Fault("no port: \(errno)") }
  return UInt16(bigEndian: address.sin_port)
}
