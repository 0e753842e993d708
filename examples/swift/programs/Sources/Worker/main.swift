/// A worker on a server that never holds a place while an answer is made.
///
///     swift run Worker submit "How do I return a lamp?"    hands it in, and prints the token to store
///     swift run Worker look TOKEN                          looks once: from any process and language
import Foundation
import Uppzy

func submit(_ question: String) async throws {
  let client = try UppzyClient()
  let pending = try await client.chat.submit(question, sessionID: "worker-\(UUID().uuidString)")
  // Stored before anything else: with it no question is lost, and none is asked twice.
  print(pending.token)
}

func look(_ token: String) async throws {
  let client = try UppzyClient()
  switch try await client.chat.pollOnce(token) {
  case .pending(let delay):
    print("pending: look again in \(delay)")
  case .completed(let answer):
    print("completed: \(answer.text)")
  case .failed(let error):
    print("failed: \(error.userMessage)")
  }
}

/// What the job queue is told of a job that went wrong.
func told(_ error: UppzyError) -> String {
  switch error.queueVerdict() {
  case .retry(let delay): "run again in \(delay)"
  case .resume(let token, let delay): "look at \(token) in \(delay)"
  case .giveUp(let reason): "give up: \(reason)"
  case .configIncident(let reason): "stop the worker, and call an operator: \(reason)"
  }
}

let arguments = CommandLine.arguments.dropFirst()
do {
  switch (arguments.first, arguments.dropFirst().first) {
  case ("submit", let question?): try await submit(question)
  case ("look", let token?): try await look(token)
  default:
    print("usage: Worker submit QUESTION | Worker look TOKEN")
    exit(2)
  }
} catch let error as UppzyError {
  FileHandle.standardError.write(Data("\(error)\n\(told(error))\n".utf8))
  exit(1)
}
