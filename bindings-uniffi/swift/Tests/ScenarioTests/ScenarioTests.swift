import Foundation
import Testing
import Uppzy

/// Scenarios that run at once.
private let atOnce = 12
/// Beside them, scenarios whose server falls silent: these wait for most of their time.
private let silentAtOnce = 24
/// A scenario that takes longer hangs.
private let longest = Duration.seconds(90)

/// Runs every shared scenario, one case for each file.
///
/// With `UPPZY_SCENARIO_RESULTS=folder` the results are written there, in the form in which the languages
/// are compared: `swift/<theme>.json`. With `UPPZY_SCENARIO_REFERENCE=folder` they are held against those
/// that another language has written. `UPPZY_SCENARIO=text` chooses by name.
@Suite(.serialized)
struct ScenarioTests {
  @Test(arguments: try themes())
  func scenarios(of theme: String) async throws {
    let variables = ProcessInfo.processInfo.environment
    let scenarios = try chosen(theme)
    let host = try await Host.shared.value
    let silences = Host.silences
    let others = await runAll(host, scenarios.filter { !$0.fallsSilent }, atOnce)
    let silent = try await silences.value
    var rest = others.makeIterator()
    let outcomes = scenarios.compactMap { $0.fallsSilent ? silent[$0.name] : rest.next() }
    #expect(outcomes.count == scenarios.count)
    let results = outcomes.map(\.canonical)
    if let folder = variables["UPPZY_SCENARIO_RESULTS"] {
      try writeResults("\(folder)/swift", theme, results)
    }
    var lines: [String] = []
    for (scenario, outcome) in zip(scenarios, outcomes) where !outcome.failures.isEmpty {
      lines += ["FAILED \(scenario.name)", "  holds: \(scenario.holds)"]
      lines += outcome.failures.map { "  \($0)" }
    }
    if let folder = variables["UPPZY_SCENARIO_REFERENCE"] {
      lines += try differences(folder, theme, results)
    }
    #expect(lines.isEmpty, Comment(rawValue: lines.joined(separator: "\n")))
  }
}

extension Host {
  /// The servers of all themes; they end with the process.
  static let shared = Task { try await Host() }

  /// What becomes of the scenarios of all themes whose server falls silent, by name: they begin together.
  static let silences = Task {
    let silent = try themes().flatMap(chosen).filter(\.fallsSilent)
    let outcomes = await runAll(try await shared.value, silent, silentAtOnce)
    return Dictionary(uniqueKeysWithValues: zip(silent.map(\.name), outcomes))
  }
}

/// The scenarios of a theme, or those of them that are asked for.
private func chosen(_ theme: String) throws -> [Scenario] {
  let text = ProcessInfo.processInfo.environment["UPPZY_SCENARIO"] ?? ""
  return try loadScenarios(theme).filter { text.isEmpty || $0.name.contains(text) }
}

/// What became of each scenario, in their order.
private func runAll(_ host: Host, _ scenarios: [Scenario], _ places: Int) async
  -> [ScenarioOutcome]
{
  await withTaskGroup(of: (Int, ScenarioOutcome).self) { group in
    var outcomes = Array(repeating: ScenarioOutcome(), count: scenarios.count)
    for (index, scenario) in scenarios.enumerated() {
      if index >= places, let (place, outcome) = await group.next() { outcomes[place] = outcome }
      group.addTask { (index, await run(host, scenario)) }
    }
    for await (place, outcome) in group { outcomes[place] = outcome }
    return outcomes
  }
}

private func run(_ host: Host, _ scenario: Scenario) async -> ScenarioOutcome {
  await withTaskGroup(of: ScenarioOutcome?.self) { group in
    group.addTask {
      do {
        return try await runScenario(host, scenario)
      } catch {
        return ScenarioOutcome(failures: ["\(error)"])
      }
    }
    group.addTask {
      do {
        try await Task.sleep(for: longest)
        return ScenarioOutcome(failures: ["still running after \(longest)"])
      } catch {
        // It was not needed.
        return nil
      }
    }
    let first = await group.next() ?? nil
    group.cancelAll()
    return first ?? ScenarioOutcome(failures: ["no outcome"])
  }
}
