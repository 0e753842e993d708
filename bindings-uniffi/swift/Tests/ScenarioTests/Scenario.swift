import Foundation
import Uppzy

/// Something that is wrong with a scenario or its run, apart from what it expects.
struct Fault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// No server is silent for so long unless a scenario makes it; seconds.
private let patience = 10.0

/// What a step can do, by the field that says so.
enum StepKind: String, CaseIterable {
  case call, pause, cancel, sandbox
  case newClient = "new_client"
  case wait = "await"
  case advanceClock = "advance_clock"
  case waitForRequests = "wait_for_requests"
  case writeFiles = "write_files"
}

/// One step: what it does, and the fields that go with it.
struct Step: Sendable {
  let kind: StepKind
  /// The value of the field that says what it does.
  let what: JSONValue
  let fields: JSONObject

  private static let known: Set = [
    "on", "arguments", "options", "background", "cancelled", "repeat", "save_as", "expect",
  ]

  /// Checks that the step does one thing, and that all its fields are known.
  init(_ given: JSONObject) throws {
    let kinds = StepKind.allCases.filter { given[$0.rawValue] != nil }
    guard let kind = kinds.first, kinds.count == 1 else {
      throw Fault("a step must do exactly one thing: \(JSONValue.object(given).text)")
    }
    try refuseUnknown(given, Self.known.union([kind.rawValue]), "a step")
    self.kind = kind
    what = given[kind.rawValue] ?? .null
    fields = given
  }

  var name: String { what.stringValue ?? kind.rawValue }
  var background: String? { fields["background"]?.stringValue }
  var isCancelled: Bool { fields["cancelled"]?.boolValue ?? false }
}

/// How the server behaves, what the client is told to do, and what must come of it.
struct Scenario: Sendable {
  let name: String
  let holds: String
  let steps: [Step]
  let fields: JSONObject

  private static let known: Set = [
    "name", "holds", "steps", "clock", "silence", "compared", "sandbox", "files", "client", "requests",
    "processed", "journal", "other_requests", "connections", "elapsed",
  ]

  /// Checks that all fields are known.
  init(_ given: JSONObject) throws {
    try refuseUnknown(given, Self.known, "a scenario")
    guard let name = given["name"]?.stringValue, let holds = given["holds"]?.stringValue,
      let steps = given["steps"]?.arrayValue
    else { throw Fault("a scenario has a name, what it holds, and steps") }
    self.name = name
    self.holds = holds
    self.steps = try steps.map { try Step($0.objectValue ?? [:]) }
    fields = given
  }

  var clock: String { fields["clock"]?.stringValue ?? "virtual" }
  var silence: Double { fields["silence"]?.doubleValue ?? patience }
  /// Whether the server falls silent in it, so that it waits for most of its time.
  var fallsSilent: Bool { silence < patience }
  var isCompared: Bool { fields["compared"]?.boolValue ?? true }
  var sandbox: JSONObject { fields["sandbox"]?.objectValue ?? [:] }
  var files: JSONObject { fields["files"]?.objectValue ?? [:] }
  /// The options of the client `main`; nil when the steps make the clients.
  var client: JSONObject? { (fields["client"] ?? .object([:])).objectValue }

  /// The names of the calls in the background that a step cancels.
  var cancelledCalls: Set<String> {
    Set(steps.filter { $0.kind == .cancel }.compactMap(\.what.stringValue))
  }
}

private func refuseUnknown(_ given: JSONObject, _ known: Set<String>, _ what: String) throws {
  let unknown = Set(given.keys).subtracting(known)
  guard unknown.isEmpty else {
    throw Fault("\(what) has unknown fields: \(unknown.sorted().joined(separator: ", "))")
  }
}

/// The folder of the shared scenarios, or of those for servers that are not ours.
private let folder =
  Servers.started?.cases
  ?? URL(fileURLWithPath: #filePath)
  .appendingPathComponent("../../../../../tests/scenarios").standardizedFileURL

/// The scenarios of one file.
func loadScenarios(_ theme: String) throws -> [Scenario] {
  let text = try String(contentsOf: folder.appendingPathComponent("\(theme).json"), encoding: .utf8)
  let scenarios = try JSONValue(parsing: text).arrayValue ?? []
  return try scenarios.map { try Scenario($0.objectValue ?? [:]) }
}

/// The names of all files with scenarios.
func themes() throws -> [String] {
  let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
  let files = names.filter { $0.hasSuffix(".json") && $0 != "schema.json" }
  return files.map { String($0.dropLast(".json".count)) }.sorted()
}
