/// The first hour with the API on a server: check the key, put in a document, ask, rate the answer.
///
///     swift run Quickstart      with UPPZY_API_KEY, UPPZY_TENANT_ID and UPPZY_SITE_ID
import Foundation
import Uppzy

let title = "Returning a lamp"
let question = "How do I return a lamp?"

func run() async throws {
  let client = try UppzyClient()

  // The cheapest check that key, tenant and network are right.
  let limits = try await client.tenant.limits()
  let took = limits.meta.elapsed.formatted(.units(allowed: [.milliseconds]))
  print("Connected to \(client.baseURL) in \(took).")

  // A second call would make a second document, so look first.
  if try await !client.documents.list().contains(where: { $0.title == title }) {
    let document = try await client.documents.createQA(
      title: title, question: question,
      answer: "Send it back within 30 days. The label is in your account under Orders.", category: "returns")
    print("Created the document \(document.id).")
  }

  // Submits, then waits: a connection that breaks loses nothing and doubles nothing.
  let answer = try await client.chat.ask(question, sessionID: "quickstart-1")
  print("Question: \(question)")
  print("Answer:   \(answer.text)")
  if let confidence = answer.confidenceLevel {
    print("Confidence: \(confidence)")
  }

  _ = try await client.chat.feedback(.good, sessionID: answer.sessionID, requestID: answer.requestID)
  print("Rated as good. The request id for the vendor's support: \(answer.requestID)")
}

do {
  try await run()
} catch let error as UppzyError {
  FileHandle.standardError.write(Data("\(error)\n\(error.hint)\n".utf8))
  exit(1)
}
