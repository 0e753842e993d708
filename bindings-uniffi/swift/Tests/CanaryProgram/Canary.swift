import Foundation
import Uppzy
import UppzyTesting

/// Calls with planted words: refused ones, good ones, and those that meet faults or echoes.
struct Canary {
  private let given: JSONValue
  private let key: String
  private let bearer: String
  private let header: String
  private let message: String
  private let answer: String
  private let title: String
  private let email: String
  private let sightings = Sightings()

  init(given: JSONValue) {
    self.given = given
    func plant(_ name: String) -> String { given["plants"]?[name]?.stringValue ?? "" }
    key = plant("key")
    bearer = plant("bearer")
    header = plant("header")
    message = plant("message")
    answer = plant("answer")
    title = plant("title")
    email = plant("email")
  }

  /// Does all of it, writes it down, and ends with an error that nobody catches.
  func run() async throws {
    try await refusals()
    try await withSandbox()
    try await withEchoes()
    try sightings.write(to: text("seen"))
    let client = try echoed("text/400") { $0.apiKey = key }
    _ = try await client.chat.send(message, sessionID: "s-1", email: email)
  }

  private func text(_ name: String) -> String { given[name]?.stringValue ?? "" }

  private func call<Value>(_ place: String, _ make: () async throws -> Value) async throws -> Value? {
    do {
      let value = try await make()
      sightings.note(place, value)
      return value
    } catch let error as UppzyError {
      try sightings.note(place, error: error)
      return nil
    }
  }

  /// The same for those whose result nobody needs.
  private func make(_ place: String, _ make: () async throws -> some Any) async throws {
    _ = try await call(place, make)
  }

  /// A client whose waits take no time, and which meets the server with every call.
  private func client(_ configure: (inout Configuration) -> Void) throws -> UppzyClient {
    var configuration = Configuration()
    configuration.environment = [:]
    configuration.retry = RetryPolicy(maxAttempts: 2)
    configure(&configuration)
    configuration = configuration.with(try TestClock.virtual(seed: 1, silence: .seconds(10)))
    sightings.note("configuration", configuration)
    return try UppzyClient(configuration)
  }

  private func echoed(_ way: String, _ configure: (inout Configuration) -> Void) throws -> UppzyClient {
    try client {
      $0.baseURL = "\(text("echo_url"))/\(way)"
      $0.tenantID = "t-1"
      $0.siteID = "s-1"
      configure(&$0)
    }
  }

  /// What is refused before anything is sent.
  private func refusals() async throws {
    let refused: [(inout Configuration) -> Void] = [
      { $0.apiKey = "\(key)\n" },
      { $0.apiKey = "\(key)é" },
      {
        $0.apiKey = key
        $0.bearerToken = bearer
      },
      {
        $0.apiKey = key
        $0.proxy = "ht!tp://user:\(key)@proxy:1"
      },
      {
        $0.apiKey = key
        $0.baseURL = "https://user:\(key)@host.test/"
      },
      {
        $0.apiKey = key
        $0.headers = ["x-gateway": "\(header)\n"]
      },
      { $0.environment = ["UPPZY_API_KEY": "\(key)\r"] },
    ]
    for (number, configure) in refused.enumerated() {
      try await make("refusal \(number)") { try client(configure) }
    }
    let made = try client {
      $0.apiKey = key
      $0.siteID = "s"
    }
    try await make("refused key") { try made.setAPIKey("\(key)\n") }
    try await make("refused token") { try made.chat.resume(message) }
    try await make("refused token") { try made.chat.resume("v1.\(key)") }
    try await make("refused file") {
      try await made.documents.upload(fileAt: URL(fileURLWithPath: "/no/such/file"))
    }
    made.close()
    try await make("closed") { try await made.site.get() }
    let ids = try SessionIDs(secret: given["plants"]?["secret"]?.stringValue ?? "")
    sightings.note("session ids", ids, try ids.perUser(email))
  }

  /// Calls that go well, and those that meet each fault.
  private func withSandbox() async throws {
    let options = given["sandbox"]
    let client = try client {
      $0.baseURL = options?["base_url"]?.stringValue
      $0.tenantID = options?["tenant_id"]?.stringValue
      $0.siteID = options?["site_id"]?.stringValue
      $0.apiKey = key
      $0.headers = ["x-gateway": header]
    }
    let events = try client.events(capacity: 10_000)
    _ = try await client.documents.createQA(title: title, question: message, answer: answer)
    let found = try await client.chat.ask(message, sessionID: "s-0", email: email)
    guard found.text == answer else { throw Missing(what: "the planted answer") }
    try await everything("success", client)
    let faults: [JSONValue] = [
      ["reset": "after"], ["truncate": 60], ["garbage": true],
      ["redirect": "https://elsewhere.test/?email=\(email)"],
      ["patch": ["request_id": nil, "id": nil, "status": nil]], ["status": 500, "process": true],
      ["status": 503, "process": true, "headers": ["Retry-After": "90"]], ["status": 404, "process": true],
    ]
    for (number, effect) in faults.enumerated() {
      try await control("PUT", "/rules", [["effect": effect]])
      try await everything("fault \(number)", client)
    }
    try await control("DELETE", "/rules")
    let reason = "cannot answer \(message) for \(email)"
    try await control("PUT", "/progression", ["mode": "fail", "error": .string(reason)])
    try await make("failed") { try await client.chat.ask(message, sessionID: "s-0", email: email) }
    let failing = try await client.chat.submit(message, sessionID: "s-0", email: email)
    // Also where nobody knows the question any more.
    for pending in [failing, try client.chat.resume(failing.token)] {
      if case .failed(let error)? = try await call("failed", { try await pending.pollOnce() }) {
        try sightings.note("failed", error: error)
      }
      try await make("failed") { try await pending.result() }
    }
    try await control("PUT", "/progression", ["mode": "never"])
    try await make("never") {
      try await client.chat.ask(message, sessionID: "s-0", email: email, timeout: .seconds(9))
    }
    let read = try events.read()
    guard read.count > 50 else { throw Missing(what: "events: there are \(read.count)") }
    sightings.note("events", events)
    for event in read { sightings.note("event", event, event.json.text) }
    client.close()
  }

  /// A server that says back headers, path and body in every form, under every status.
  private func withEchoes() async throws {
    for status in [200, 400, 401, 429, 500] {
      for form in given["forms"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
        let client = try echoed("\(form)/\(status)") { $0.apiKey = key }
        try await everything("\(form) \(status)", client)
        client.close()
      }
    }
    let gateway = try echoed("text/500") {
      $0.bearerToken = bearer
      $0.headers = ["x-gateway": header]
    }
    try await everything("gateway", gateway)
    gateway.close()
  }

  /// Every operation that carries something of a person, and some that do not.
  private func everything(_ place: String, _ client: UppzyClient) async throws {
    try await questions(place, client.chat)
    try await documents(place, client.documents)
    try await make("\(place) person") { try await client.site.userStatistics(email: email) }
    try await make("\(place) widget") {
      try await client.site.updateWidgetConfig(["footer": "Made of lamps"])
    }
    try await make("\(place) sessions") { try await client.sessions.list(email: email) }
    try await make("\(place) latest") { try await client.sessions.latestOpen(email: email) }
    try await make("\(place) close") { try await client.sessions.close("s-9") }
    try await make("\(place) limits") { try await client.tenant.limits() }
    sightings.note("\(place) client", client, client.tenant, client.site)
    sightings.note("\(place) client", client.documents, client.chat, client.sessions)
    let metrics = try client.metrics()
    sightings.note("\(place) metrics", metrics, metrics.json.text, metrics.prometheusText)
  }

  private func questions(_ place: String, _ chat: Chat) async throws {
    let minute = Duration.seconds(60)
    try await make("\(place) send") { try await chat.send(message, sessionID: "s-1", email: email) }
    try await make("\(place) ask") {
      try await chat.ask(message, sessionID: "s-1", email: email, timeout: minute)
    }
    try await make("\(place) fallback") {
      try await chat.ask(message, sessionID: "s-1", email: email, fallback: answer, timeout: minute)
    }
    let pending = try await call("\(place) submit") {
      try await chat.submit(message, sessionID: "s-1", email: email)
    }
    if let pending {
      sightings.note("\(place) token", pending.token)
      try await make("\(place) status") { try await pending.status() }
      try await make("\(place) poll") { try await chat.pollOnce(pending.token) }
      try await make("\(place) states") {
        for try await status in pending.states() { sightings.note("\(place) states", status) }
      }
      for try await outcome in chat.waitMany([pending.token], timeout: .seconds(20)) {
        sightings.note("\(place) wait many", outcome)
        if case .failure(let error) = outcome.result {
          try sightings.note("\(place) wait many", error: error)
        }
      }
    }
    let questions = [
      Question(message, sessionID: "s-1", email: email), Question(message, sessionID: "s-2"),
    ]
    sightings.note("\(place) questions", questions)
    let outcomes = chat.askMany(questions, timeout: minute) { [sightings] in
      sightings.note("\(place) progress", $0)
    }
    for try await outcome in outcomes {
      sightings.note("\(place) ask many", outcome)
      if case .failure(let error) = outcome.result { try sightings.note("\(place) ask many", error: error) }
    }
    try await make("\(place) status") { try await chat.status(requestID: "req_1") }
    try await make("\(place) feedback") {
      try await chat.feedback(.bad, sessionID: "s-1", requestID: "req_1")
    }
  }

  private func documents(_ place: String, _ documents: Documents) async throws {
    let content = Data("All lamps hum.".utf8)
    let file = URL(fileURLWithPath: "lamps.txt")
    try content.write(to: file)
    try await make("\(place) list") { try await documents.list() }
    try await make("\(place) text") { try await documents.createText(title: title, content: answer) }
    try await make("\(place) qa") {
      try await documents.createQA(title: title, question: message, answer: answer)
    }
    try await make("\(place) update") {
      try await documents.update("doc-1", patch: ["title": .string(title), "content": .string(answer)])
    }
    try await make("\(place) file") { try await documents.upload(fileAt: file) }
    try await make("\(place) bytes") {
      try await documents.upload(content, fileName: "a.txt") { [sightings] in
        sightings.note("\(place) progress", $0)
      }
    }
    let pieces = AsyncStream<Data> { feed in
      feed.yield(content)
      feed.finish()
    }
    try await make("\(place) pieces") { try await documents.upload(pieces, fileName: "a.txt") }
    try FileManager.default.removeItem(at: file)
  }

  private func control(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws {
    let url = given["sandbox"]?["control_url"]?.stringValue ?? ""
    _ = try await sendControl(method, url + path, body)
  }
}

struct Missing: Error {
  let what: String
}
