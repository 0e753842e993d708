import Foundation
import Uppzy

/// What calls can be made on.
enum Native: Sendable {
  case client(UppzyClient)
  case pending(PendingAnswer)
  case events(EventStream)
}

/// What a call gave: as plain data, and what later steps can make calls on.
struct Made: Sendable {
  var value: JSONValue = .null
  var native: Native?
}

/// A call's own arguments, and how it differs from the client's defaults.
struct Given: Sendable {
  let own: JSONObject
  var timeout: Duration?
  var retryUnknown: Bool?

  func text(_ name: String) -> String { own[name]?.stringValue ?? "" }
  func optionalText(_ name: String) -> String? { own[name]?.stringValue }
  func texts(_ name: String) -> [String] { (own[name]?.arrayValue ?? []).compactMap(\.stringValue) }
  func object(_ name: String) -> JSONObject { own[name]?.objectValue ?? [:] }

  var query: Query {
    var query = Query()
    // Objects in JSON have no order; parameters of a query are sent in the same one everywhere.
    for (name, value) in object("query").sorted(by: { $0.key < $1.key }) { query.append(name, value) }
    return query
  }

  var question: Question {
    Question(
      text("message"), sessionID: text("session_id"), email: optionalText("email"),
      responseLanguage: optionalText("response_language"), resumeToken: optionalText("resume_token"))
  }
}

/// Makes the call of that name.
func makeCall(on native: Native?, _ name: String, _ given: Given) async throws -> Made {
  let family = name.prefix { $0 != "." }
  let method = String(name.dropFirst(family.count + 1))
  switch (family, native) {
  case ("session_ids", _): return Made(value: .string(try sessionID(method, given)))
  case ("pending", .pending(let pending)?): return Made(value: try await ofPending(pending, method, given))
  case ("events", .events(let events)?):
    return Made(value: [
      "events": .array(try events.read().map(\.json)),
      "dropped": .integer(Int64(events.dropped)),
    ])
  case ("client", .client(let client)?): return try ofClient(client, method, given)
  case ("chat", .client(let client)?): return try await ofChat(client.chat, method, given)
  case ("tenant", .client(let client)?):
    return Made(value: try await ofTenant(client.tenant, method, given))
  case ("site", .client(let client)?): return Made(value: try await ofSite(client.site, method, given))
  case ("documents", .client(let client)?):
    return Made(value: try await ofDocuments(client.documents, method, given))
  case ("sessions", .client(let client)?):
    return Made(value: try await ofSessions(client.sessions, method, given))
  default: throw Fault("there is no call \(name) here")
  }
}

private func unknown(_ method: String) -> Fault { Fault("there is no call \(method)") }

private func sessionID(_ method: String, _ given: Given) throws -> String {
  let ids = try SessionIDs(secret: given.text("secret"))
  switch method {
  case "per_user": return try ids.perUser(given.text("user"))
  case "per_thread": return try ids.perThread(given.text("thread"))
  case "per_channel": return try ids.perChannel(given.text("channel"), user: given.text("user"))
  default: throw unknown(method)
  }
}

private func ofClient(_ client: UppzyClient, _ method: String, _ given: Given) throws -> Made {
  switch method {
  case "set_api_key": try client.setAPIKey(given.text("api_key"))
  case "set_bearer_token": try client.setBearerToken(given.text("bearer_token"))
  case "close": client.close()
  case "for_site": return Made(native: .client(try client.forSite(given.text("site_id"))))
  case "for_tenant": return Made(native: .client(try client.forTenant(given.text("tenant_id"))))
  case "metrics": return Made(value: try client.metrics().json)
  case "prometheus": return Made(value: .string(try client.metrics().prometheusText))
  case "debug": return Made(value: .string(String(reflecting: client)))
  case "events":
    let events =
      try given.own["capacity"]?.intValue.map { try client.events(capacity: $0) } ?? client.events()
    return Made(native: .events(events))
  default: throw unknown(method)
  }
  return Made()
}

private func ofPending(_ pending: PendingAnswer, _ method: String, _ given: Given) async throws -> JSONValue {
  let (timeout, retryUnknown) = (given.timeout, given.retryUnknown)
  switch method {
  case "result": return try await pending.result(timeout: timeout).json
  case "status": return try await pending.status(timeout: timeout, retryUnknown: retryUnknown).json
  case "poll_once":
    return pollFields(try await pending.pollOnce(timeout: timeout, retryUnknown: retryUnknown))
  case "states":
    var states: [JSONValue] = []
    for try await state in pending.states() { states.append(.string(state.statusText)) }
    return .array(states)
  case "token": return .string(pending.token)
  default: throw unknown(method)
  }
}

private func ofChat(_ chat: Chat, _ method: String, _ given: Given) async throws -> Made {
  let (timeout, retryUnknown, question) = (given.timeout, given.retryUnknown, given.question)
  let (message, sessionID, email, language) = (
    question.message, question.sessionID, question.email, question.responseLanguage
  )
  switch method {
  case "ask":
    let answer = try await chat.ask(
      message, sessionID: sessionID, email: email, responseLanguage: language,
      resumeToken: question.resumeToken, timeout: timeout, retryUnknown: retryUnknown)
    return Made(value: answer.json)
  case "ask_with_fallback":
    let answer = try await chat.ask(
      message, sessionID: sessionID, email: email, responseLanguage: language,
      resumeToken: question.resumeToken, fallback: given.text("fallback"), timeout: timeout,
      retryUnknown: retryUnknown)
    return Made(value: answer.json)
  case "send":
    let answer = try await chat.send(
      message, sessionID: sessionID, email: email, responseLanguage: language, timeout: timeout,
      retryUnknown: retryUnknown)
    return Made(value: answer.json)
  case "submit":
    let pending = try await chat.submit(
      message, sessionID: sessionID, email: email, responseLanguage: language, timeout: timeout,
      retryUnknown: retryUnknown)
    return Made(value: pendingFields(pending), native: .pending(pending))
  case "resume":
    let pending = try chat.resume(given.text("token"))
    return Made(value: pendingFields(pending), native: .pending(pending))
  case "status":
    let status = try await chat.status(
      requestID: given.text("request_id"), timeout: timeout, retryUnknown: retryUnknown)
    return Made(value: status.json)
  case "poll_once":
    let outcome = try await chat.pollOnce(given.text("token"), timeout: timeout, retryUnknown: retryUnknown)
    return Made(value: pollFields(outcome))
  case "feedback":
    let feedback = Feedback(rawValue: given.text("feedback"))
    let receipt = try await chat.feedback(
      feedback, sessionID: sessionID, requestID: given.text("request_id"), timeout: timeout,
      retryUnknown: retryUnknown)
    return Made(value: receipt.json)
  case "ask_many": return Made(value: try await askMany(chat, given))
  case "wait_many":
    var outcomes: [WaitOutcome] = []
    let waited = chat.waitMany(given.texts("tokens"), timeout: timeout, retryUnknown: retryUnknown)
    for try await outcome in waited { outcomes.append(outcome) }
    return Made(value: waitedFields(outcomes))
  default: throw unknown(method)
  }
}

private func askMany(_ chat: Chat, _ given: Given) async throws -> JSONValue {
  let questions = (given.own["questions"]?.arrayValue ?? []).map {
    Given(own: $0.objectValue ?? [:]).question
  }
  let progress = Collected<AskProgress>()
  var outcomes: [AskOutcome] = []
  let asked = chat.askMany(
    questions, concurrency: given.own["concurrency"]?.intValue, timeout: given.timeout,
    retryUnknown: given.retryUnknown, onProgress: { progress.append($0) })
  for try await outcome in asked { outcomes.append(outcome) }
  return askedFields(outcomes, progress.all)
}

/// What a callback was given.
final class Collected<Item: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var items: [Item] = []

  func append(_ item: Item) { lock.withLock { items.append(item) } }
  var all: [Item] { lock.withLock { items } }
}

private func ofTenant(_ tenant: Tenant, _ method: String, _ given: Given) async throws -> JSONValue {
  let (query, timeout, retry) = (given.query, given.timeout, given.retryUnknown)
  switch method {
  case "get": return try await tenant.get(query: query, timeout: timeout, retryUnknown: retry).json
  case "limits": return try await tenant.limits(query: query, timeout: timeout, retryUnknown: retry).json
  case "usage": return try await tenant.usage(query: query, timeout: timeout, retryUnknown: retry).json
  case "usage_history":
    return try await tenant.usageHistory(query: query, timeout: timeout, retryUnknown: retry).json
  case "statistics":
    return try await tenant.statistics(query: query, timeout: timeout, retryUnknown: retry).json
  default: throw unknown(method)
  }
}

private func ofSite(_ site: Site, _ method: String, _ given: Given) async throws -> JSONValue {
  let (query, timeout, retry) = (given.query, given.timeout, given.retryUnknown)
  switch method {
  case "get": return try await site.get(query: query, timeout: timeout, retryUnknown: retry).json
  case "statistics":
    return try await site.statistics(query: query, timeout: timeout, retryUnknown: retry).json
  case "user_statistics":
    let email = given.text("email")
    return try await site.userStatistics(email: email, timeout: timeout, retryUnknown: retry).json
  case "widget_config": return try await site.widgetConfig(timeout: timeout, retryUnknown: retry).json
  case "update_widget_config":
    let patch = given.own["patch"] ?? .null
    return try await site.updateWidgetConfig(patch, timeout: timeout, retryUnknown: retry).json
  default: throw unknown(method)
  }
}

private func ofSessions(_ sessions: Sessions, _ method: String, _ given: Given) async throws -> JSONValue {
  let (timeout, retry) = (given.timeout, given.retryUnknown)
  switch method {
  case "list":
    let email = given.optionalText("email")
    return try await sessions.list(email: email, query: given.query, timeout: timeout, retryUnknown: retry)
      .json
  case "close":
    try await sessions.close(given.text("session_id"), timeout: timeout, retryUnknown: retry)
    return .null
  case "latest_open":
    let email = given.text("email")
    return try await sessions.latestOpen(email: email, timeout: timeout, retryUnknown: retry)?.json ?? .null
  default: throw unknown(method)
  }
}

private func ofDocuments(_ documents: Documents, _ method: String, _ given: Given) async throws -> JSONValue {
  let (timeout, retry, category) = (given.timeout, given.retryUnknown, given.optionalText("category"))
  switch method {
  case "list":
    return try await documents.list(query: given.query, timeout: timeout, retryUnknown: retry).json
  case "upload": return try await upload(documents, given).json
  case "create_text":
    return try await documents.createText(
      title: given.text("title"), content: given.text("content"), category: category, timeout: timeout,
      retryUnknown: retry
    ).json
  case "create_qa":
    return try await documents.createQA(
      title: given.text("title"), question: given.text("question"), answer: given.text("answer"),
      category: category, timeout: timeout, retryUnknown: retry
    ).json
  case "update":
    return try await documents.update(
      given.text("document_id"), patch: given.own["patch"] ?? .null, timeout: timeout, retryUnknown: retry
    ).json
  case "set_status":
    return try await documents.setStatus(
      given.texts("ids"), status: DocumentStatus(rawValue: given.text("status")), timeout: timeout,
      retryUnknown: retry
    ).json
  case "delete":
    return try await documents.delete(given.texts("ids"), timeout: timeout, retryUnknown: retry).json
  default: throw unknown(method)
  }
}

/// The file at `path` by its path, or as bytes, or as a stream that can be read once, with the length
/// that is announced.
private func upload(_ documents: Documents, _ given: Given) async throws -> Document {
  let url = URL(fileURLWithPath: given.text("path"))
  let (name, type) = (given.optionalText("file_name"), given.optionalText("content_type"))
  switch given.optionalText("as") ?? "path" {
  case "path":
    return try await documents.upload(
      fileAt: url, fileName: name, contentType: type, timeout: given.timeout,
      retryUnknown: given.retryUnknown)
  case "bytes":
    return try await documents.upload(
      Data(contentsOf: url), fileName: name ?? "", contentType: type, timeout: given.timeout,
      retryUnknown: given.retryUnknown)
  case "stream":
    let content = try Data(contentsOf: url)
    let pieces = AsyncStream<Data> { continuation in
      let size = 16 * 1024
      for begin in stride(from: 0, to: content.count, by: size) {
        continuation.yield(content[begin..<min(begin + size, content.count)])
      }
      continuation.finish()
    }
    return try await documents.upload(
      pieces, fileName: name ?? "", contentType: type, length: given.own["length"]?.intValue,
      timeout: given.timeout, retryUnknown: given.retryUnknown)
  case let form: throw Fault("a file cannot be uploaded as \(form)")
  }
}
