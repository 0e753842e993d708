import Uppzy
import UppzyTesting

private let methods = [
  "rules": "PUT", "progression": "PUT", "latency": "PUT", "plan": "PUT", "limits": "PUT", "keys": "POST",
  "clock": "POST", "journal": "DELETE",
]

/// One space of a sandbox, controlled over HTTP as the runners of all languages do it.
struct Control: Sendable {
  /// What the sandbox says of the space.
  let space: JSONObject
  private let root: String

  /// Makes a space in the sandbox with that control URL.
  init(_ root: String) async throws {
    self.root = root
    space = try await sendControl("POST", "\(root)/spaces", [:]).objectValue ?? [:]
  }

  /// Changes settings: each is named after its path, and its value is the body.
  func change(_ settings: JSONObject) async throws {
    for (name, body) in settings.sorted(by: { $0.key < $1.key }) {
      guard let method = methods[name] else { throw Fault("there is no setting \(name)") }
      _ = try await send(method, "/\(name)", method == "DELETE" ? nil : body)
    }
  }

  /// The journal, oldest entry first.
  func journal() async throws -> [JSONValue] {
    try await send("GET", "/journal")["entries"]?.arrayValue ?? []
  }

  /// How many connections have carried requests to the space.
  func connections() async throws -> Int? {
    try await send("GET", "/stats")["connections_total"]?.intValue
  }

  /// Removes the space.
  func remove() async throws {
    _ = try await sendControl("DELETE", "\(root)/spaces/\(text("name"))", nil)
  }

  func text(_ name: String) -> String { space[name]?.stringValue ?? "" }

  private func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await sendControl(method, text("control_url") + path, body)
  }
}
