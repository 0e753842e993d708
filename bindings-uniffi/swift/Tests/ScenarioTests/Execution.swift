import Foundation
import Uppzy
import UppzyTesting

/// How long the server may take to show in its journal what has happened.
private let settling = Duration.seconds(5)
/// How often it is asked.
private let look = Duration.milliseconds(10)

/// What became of a scenario.
struct ScenarioOutcome: Sendable {
  /// What came of every step and what the server saw, in the form that all languages share.
  var canonical: JSONValue = .null
  /// What is not as the scenario expects.
  var failures: [String] = []
}

/// Runs the scenario in a space of its own.
func runScenario(_ host: Host, _ scenario: Scenario) async throws -> ScenarioOutcome {
  let space = try await Control(host.controlURL)
  let other = try await Control(host.otherControlURL)
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("uppzy-scenario-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let result: Result<ScenarioOutcome, any Error>
  do {
    var execution = try Execution(host, scenario, space, other, folder)
    result = .success(try await execution.run())
  } catch {
    result = .failure(error)
  }
  try? FileManager.default.removeItem(at: folder)
  try await other.remove()
  try await space.remove()
  return try result.get()
}

/// A call that runs, and can be cancelled.
private typealias Running = Task<Made, any Error>

private struct Execution {
  private let host: Host
  private let scenario: Scenario
  private let space: Control
  private let other: Control
  private let folder: URL
  private let clock: TestClock?
  private var saved: JSONObject
  private var natives: [String: Native] = [:]
  private var background: [String: Running] = [:]
  private var steps: [JSONValue] = []
  private var failures: [String] = []

  init(_ host: Host, _ scenario: Scenario, _ space: Control, _ other: Control, _ folder: URL) throws {
    self.host = host
    self.scenario = scenario
    self.space = space
    self.other = other
    self.folder = folder
    clock = try makeClock(scenario)
    saved = host.known(space.space, other.space)
  }

  mutating func run() async throws -> ScenarioOutcome {
    let began = now
    try writeFiles(folder, scenario.files, &saved)
    try await space.change(resolved(scenario.sandbox))
    defer { closeClients() }
    if let options = scenario.client {
      natives["main"] = .client(try client(options))
    }
    for (index, step) in scenario.steps.enumerated() {
      do {
        try await run(index + 1, step)
      } catch {
        throw Fault("step \(index + 1): \(error)")
      }
    }
    // A moment as a number of seconds is exact to a microsecond.
    return try await finish(((now - began) * 1e6).rounded() / 1e6)
  }

  private func closeClients() {
    for case .client(let client) in natives.values { client.close() }
  }

  /// The time on the client's clock; of real time no scenario asks it.
  private var now: Double { clock?.now.timeIntervalSince1970 ?? 0 }

  private func resolved(_ fields: JSONObject) throws -> JSONObject {
    try resolve(.object(fields), saved).objectValue ?? [:]
  }

  private func client(_ options: JSONObject) throws -> UppzyClient {
    try makeClient(try resolved(options), space, clock)
  }

  private mutating func run(_ number: Int, _ step: Step) async throws {
    switch step.kind {
    case .call:
      try await call(number, step)
    case .newClient:
      let options = step.what.objectValue ?? [:]
      await came(number, step) { execution in
        Made(native: .client(try execution.client(options)))
      }
    case .wait:
      let running = try running(step)
      background[step.name] = nil
      await came(number, step) { _ in try await ended(running) }
    case .cancel:
      try running(step).cancel()
    case .sandbox:
      try await space.change(resolved(step.what.objectValue ?? [:]))
    case .advanceClock:
      guard let clock, let time = duration(step.what) else { throw Fault("this clock cannot be moved") }
      try clock.advance(by: time)
    case .waitForRequests:
      let count = step.what.intValue ?? 0
      let isThere = try await eventually { try await space.journal().count >= count }
      if !isThere { throw Fault("the server has not seen \(count) requests") }
    case .pause:
      try await Task.sleep(for: duration(step.what) ?? .zero)
    case .writeFiles:
      try writeFiles(folder, step.what.objectValue ?? [:], &saved)
    }
  }

  private func running(_ step: Step) throws -> Running {
    guard let running = background[step.name] else {
      throw Fault("no call \(step.name) runs in the background")
    }
    return running
  }

  private mutating func call(_ number: Int, _ step: Step) async throws {
    let native = natives[step.fields["on"]?.stringValue ?? "main"]
    let times = step.fields["repeat"]?.intValue ?? 1
    for repetition in 1...times {
      let running = try start(step, native)
      if let name = step.background {
        background[name] = running
      } else if repetition == times {
        await came(number, step) { _ in try await ended(running) }
      } else {
        // What is expected counts for the last one.
        _ = await running.result
      }
    }
  }

  private func start(_ step: Step, _ native: Native?) throws -> Running {
    let options = step.fields["options"]
    let given = Given(
      own: try resolved(step.fields["arguments"]?.objectValue ?? [:]),
      timeout: duration(options?["timeout"]), retryUnknown: options?["retry_unknown"]?.boolValue)
    let (name, isCancelled) = (step.name, step.isCancelled)
    return Task {
      if isCancelled {
        withUnsafeCurrentTask { $0?.cancel() }
      }
      return try await makeCall(on: native, name, given)
    }
  }

  /// Holds what comes of a step against what is expected, and keeps it.
  private mutating func came(
    _ number: Int, _ step: Step, _ wait: (Execution) async throws -> Made
  ) async {
    var outcome: JSONObject
    var native: Native?
    do {
      let made = try await wait(self)
      native = made.native
      outcome = ["result": made.value]
    } catch let error as UppzyError {
      outcome = ["error": errorFields(error)]
    } catch is CancellationError {
      outcome = ["cancelled": true]
    } catch {
      failures.append("step \(number) \(step.name): \(error)")
      return
    }
    let name = step.kind == .newClient ? step.kind.rawValue : step.name
    func fail(_ lines: [String]) {
      failures += lines.map { "step \(number) \(name): \($0)" }
    }
    do {
      if let expect = step.fields["expect"] {
        if expect["anything"] == nil {
          fail(try mismatches(try resolve(expect, saved), .object(outcome)))
        }
      } else if outcome["result"] == nil {
        fail(["expected a result: \(short(.object(outcome)))"])
      }
    } catch {
      fail(["\(error)"])
    }
    if let name = step.fields["save_as"]?.stringValue {
      saved[name] = outcome["result"] ?? outcome["error"] ?? .null
      if let native { natives[name] = native }
    }
    outcome["step"] = .integer(Int64(number))
    outcome["call"] = .string(name)
    steps.append(.object(outcome))
  }

  private mutating func finish(_ elapsed: Double) async throws -> ScenarioOutcome {
    if let least = scenario.fields["elapsed"]?[0]?.doubleValue,
      let most = scenario.fields["elapsed"]?[1]?.doubleValue, !(least...most).contains(elapsed)
    {
      failures.append("elapsed: expected \(least) to \(most) s, found \(elapsed) s")
    }
    guard background.isEmpty else { throw Fault("a call in the background was never awaited") }
    var journal: [JSONValue] = []
    var found: [String] = []
    _ = try await eventually {
      journal = try await space.journal()
      found = try journalMismatches(journal)
      return found.isEmpty
    }
    failures += found
    if let expected = scenario.fields["connections"]?.intValue {
      compareCount("connections", expected, try await space.connections())
    }
    if let expected = scenario.fields["other_requests"]?.intValue {
      compareCount("other_requests", expected, try await other.journal().count)
    }
    guard scenario.isCompared else {
      let canonical: JSONValue = ["name": .string(scenario.name), "compared": false]
      return ScenarioOutcome(canonical: canonical, failures: failures)
    }
    let canonical: JSONValue = [
      "name": .string(scenario.name), "steps": .array(steps), "requests": counts(journal),
      "processed": counts(processed(journal)),
    ]
    return ScenarioOutcome(canonical: placeholders.apply(canonical), failures: failures)
  }

  private mutating func compareCount(_ name: String, _ expected: Int, _ found: Int?) {
    if expected != found {
      failures.append("\(name): expected \(expected), found \(found ?? 0)")
    }
  }

  private func journalMismatches(_ journal: [JSONValue]) throws -> [String] {
    var found: [String] = []
    func differ(_ name: String, _ expected: JSONValue, _ seen: JSONValue) throws {
      found += try mismatches(["$exactly": expected], seen).map { "\(name): \($0)" }
    }
    if let expected = scenario.fields["requests"] {
      let seen = expected.arrayValue == nil ? counts(journal) : .array(journal.map(operation))
      try differ("requests", expected, seen)
    }
    if let expected = scenario.fields["processed"] {
      try differ("processed", expected, counts(processed(journal)))
    }
    for (index, expected) in (scenario.fields["journal"]?.arrayValue ?? []).enumerated() {
      if journal.indices.contains(index) {
        let lines = try mismatches(try resolve(expected, saved), journal[index])
        found += lines.map { "journal[\(index)]: \($0)" }
      } else {
        found.append("journal[\(index)]: there is no such entry")
      }
    }
    return found
  }

  private var placeholders: Placeholders {
    var pairs: [(value: String, name: String)] = [(folder.path, "<folder>")]
    for (control, prefix) in [(space, ""), (other, "other_")] {
      for name in ["api_key", "tenant_id", "site_id", "base_url"] {
        pairs.append((control.text(name), "<\(prefix)\(name)>"))
      }
    }
    return Placeholders(pairs + host.addresses(space.space, other.space))
  }
}

/// What the call came to; a scenario that takes too long ends it.
private func ended(_ running: Running) async throws -> Made {
  try await withTaskCancellationHandler {
    try await running.value
  } onCancel: {
    running.cancel()
  }
}

/// Looks until it is so; false when the server takes too long to get there.
private func eventually(_ isSo: () async throws -> Bool) async throws -> Bool {
  let until = ContinuousClock.now + settling
  while try await !isSo() {
    if ContinuousClock.now >= until { return false }
    try await Task.sleep(for: look)
  }
  return true
}

private func operation(_ entry: JSONValue) -> JSONValue { entry["operation"] ?? "" }

private func processed(_ journal: [JSONValue]) -> [JSONValue] {
  journal.filter { $0["processed"] == true }
}

/// How often each operation came.
private func counts(_ journal: [JSONValue]) -> JSONValue {
  var found: [String: Int64] = [:]
  for entry in journal { found[operation(entry).stringValue ?? "", default: 0] += 1 }
  return .object(found.mapValues { .integer($0) })
}
