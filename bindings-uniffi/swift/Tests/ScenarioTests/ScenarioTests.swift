import Foundation
import Testing
import Uppzy

/// Scenarios that run at once.
private let atOnce = 12
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
    let chosen = variables["UPPZY_SCENARIO"] ?? ""
    let scenarios = try loadScenarios(theme).filter { chosen.isEmpty || $0.name.contains(chosen) }
    let host = try await Host.shared.value
    let outcomes = await runAll(host, scenarios)
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
}

/// What became of each scenario, in their order.
private func runAll(_ host: Host, _ scenarios: [Scenario]) async -> [ScenarioOutcome] {
  await withTaskGroup(of: (Int, ScenarioOutcome).self) { group in
    var outcomes = Array(repeating: ScenarioOutcome(), count: scenarios.count)
    for (index, scenario) in scenarios.enumerated() {
      if index >= atOnce, let (place, outcome) = await group.next() { outcomes[place] = outcome }
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
