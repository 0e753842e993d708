#if os(macOS) || os(Linux)
  internal import Foundation
  package import Uppzy

  #if canImport(FoundationNetworking)
    internal import FoundationNetworking
  #endif

  private let session: URLSession = {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = 16
    // The sandbox is on this machine.
    configuration.timeoutIntervalForRequest = 30
    return URLSession(configuration: configuration)
  }()

  /// Sends JSON to a sandbox, and gives its answer.
  package func sendControl(_ method: String, _ url: String, _ body: JSONValue?) async throws -> JSONValue {
    guard let address = URL(string: url) else { throw SandboxError(message: "\(url) is no URL") }
    var request = URLRequest(url: address)
    request.httpMethod = method
    if let body {
      request.httpBody = Data(body.text.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    let (content, answer) = try await session.data(for: request)
    let status = (answer as? HTTPURLResponse)?.statusCode ?? 0
    let text = String(decoding: content, as: UTF8.self)
    guard (200..<300).contains(status) else {
      throw SandboxError(message: "\(method) \(url): \(status) \(text)")
    }
    return content.isEmpty ? .null : try JSONValue(parsing: text)
  }
#endif
