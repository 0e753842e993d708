import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// The client that comes with Swift, with one session.
final class Session: Sendable {
  let session: URLSession
  let chat: URL

  init(_ url: String, connections: Int) throws {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = connections
    configuration.timeoutIntervalForRequest = 90
    configuration.httpAdditionalHeaders = ["X-API-Key": key, "Accept": "application/json"]
    session = URLSession(configuration: configuration)
    guard let chat = URL(string: "\(url)/m2m/sites/site-bench/chat") else {
      throw Failure.unexpectedAnswer
    }
    self.chat = chat
  }

  func call(_ url: URL, _ body: Question? = nil) async throws -> Reply {
    var request = URLRequest(url: url)
    if let body {
      request.httpMethod = "POST"
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
      request.httpBody = try JSONEncoder().encode(body)
    }
    let (data, response) = try await session.data(for: request)
    guard let status = (response as? HTTPURLResponse)?.statusCode, status == 200 else {
      throw Failure.status((response as? HTTPURLResponse)?.statusCode ?? 0)
    }
    return try JSONDecoder().decode(Reply.self, from: data)
  }
}

func withURLSession(_ url: String, _ concurrency: Int) throws -> Send {
  let session = try Session(url, connections: concurrency)
  return {
    let reply = try await session.call(
      session.chat, Question(session_id: uppzyBenchSession, message: message))
    try check(reply.answer, reply.confidenceScore)
  }
}

private let uppzyBenchSession = session

/// The same job by hand: submit, wait, look, on the same schedule, over as many connections.
func manyWithURLSession(_ url: String, _ answers: Int) async throws {
  let session = try Session(url, connections: 64)
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<answers {
      group.addTask {
        let question = Question(session_id: uppzyBenchSession, message: message)
        let accepted = try await session.call(
          session.chat.appendingPathComponent("async"), question)
        let began = ContinuousClock.now
        var gap = 2.0
        while true {
          try await Task.sleep(for: .seconds(gap))
          let place = "requests/\(accepted.requestID)"
          let status = try await session.call(session.chat.appendingPathComponent(place))
          if status.status == "completed" {
            return try check(status.answer, status.confidenceScore)
          }
          let since = (ContinuousClock.now - began) / .seconds(1)
          gap = min(5, max(1, 0.12 * since))
        }
      }
    }
    try await group.waitForAll()
  }
}
