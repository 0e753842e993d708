import Foundation
import Testing
import Uppzy

/// What the runner does with scenarios, apart from making calls.
@Suite struct RunnerTests {
  @Test func objectsMatchByTheNamedFieldsAndListsAsAWhole() throws {
    let actual: JSONValue = ["a": 1, "b": [["c": "d", "e": 2]], "n": nil]
    #expect(try mismatches(["a": 1, "b": [["c": "d"]], "n": nil], actual).isEmpty)
    #expect(try mismatches(["b": 1, "a": 1.0], actual).isEmpty)
    #expect(try mismatches(["b": []], actual).count == 1)
    #expect(try mismatches(["b": 2, "x": 1, "a": "1"], actual).count == 3)
    #expect(try mismatches(["b": [["c": "x"]]], actual) == [#"b[0].c: expected "x", found "d""#])
    #expect(try mismatches(["a": true], actual).count == 1)
  }

  @Test(
    arguments: [
      (["$contains": "b"], "abc", true), (["$contains": "x"], "abc", false),
      (["$contains": #"{"a":[1]}"#], [["a": [1]]], true), (["$excludes": "x"], "abc", true),
      (["$excludes": "b"], "abc", false), (["$between": [1, 2]], 1.5, true),
      (["$between": [1, 2]], 2.5, false), (["$between": [1, 2]], "1.5", false),
      (["$between": [0, 2]], true, false), (["$present": true], 0, true), (["$present": true], nil, false),
      (["$present": false], nil, true), (["$length": 2], [1, 2], true), (["$length": 2], "é", false),
      (["$exactly": ["a": 1]], ["a": 1, "b": 2], false), (["$exactly": ["a": 1]], ["a": 1], true),
    ] as [(JSONValue, JSONValue, Bool)])
  func checksHoldOrFail(_ check: JSONValue, _ actual: JSONValue, _ holds: Bool) throws {
    #expect(try mismatches(check, actual).isEmpty == holds)
  }

  @Test func whatIsNotThereIsCheckedAsWell() throws {
    #expect(try mismatches(["a": ["$present": false]], [:]).isEmpty)
    #expect(try mismatches(["a": ["$excludes": "x"]], [:]).count == 1)
    #expect(throws: Fault.self) { try mismatches(["$nonsense": 1], 1) }
  }

  @Test func referencesAreReplacedWhereverTheyStand() throws {
    let saved: JSONObject = ["first": ["ids": [7, ["a": "b"]]]]
    let value: JSONValue = ["x": ["$first.ids.0", "plain"], "y": ["z": "$first.ids.1.a"]]
    #expect(try resolve(value, saved) == ["x": [7, "plain"], "y": ["z": "b"]])
    #expect(throws: Fault.self) { try resolve("$first.nothing", saved) }
  }

  @Test func whatDiffersFromRunToRunIsReplaced() {
    let placeholders = Placeholders([
      ("127.0.0.1:4010", "<address>"), ("http://127.0.0.1:4010/api/v1", "<base_url>"),
    ])
    let id = "req_" + String(repeating: "0a", count: 16)
    let value: JSONValue = [
      "elapsed": 1.5, "closed_at": nil, "message": "\(id) at 127.0.0.1:4010, req_7",
      "list": ["http://127.0.0.1:4010/api/v1/x", "v1.abc", 1, true],
    ]
    let replaced: JSONValue = [
      "elapsed": "<volatile>", "closed_at": nil, "message": "req_<id> at <address>, req_7",
      "list": ["<base_url>/x", "<volatile>", 1, true],
    ]
    #expect(placeholders.apply(value) == replaced)
  }

  @Test func everyFileIsReadAndNamesAreUnique() throws {
    let names = try themes().flatMap { try loadScenarios($0).map(\.name) }
    #expect(names.count > 700)
    #expect(Set(names).count == names.count)
  }

  @Test func unknownFieldsAreRefused() {
    #expect(throws: Fault.self) { try Step(["call": "chat.send", "pause": 0.1]) }
    #expect(throws: Fault.self) { try Step(["call": "chat.send", "surprise": 1]) }
    #expect(throws: Fault.self) {
      try Scenario(["name": "a", "holds": "b", "steps": [], "surprise": 1])
    }
  }

  @Test func differencesFromAnotherLanguageAreFound() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try writeResults(folder.path, "theme", [["name": "one", "steps": [1]]])
    #expect(try differences(folder.path, "theme", [["name": "one", "steps": [1]]]).isEmpty)
    #expect(try differences(folder.path, "theme", [["name": "one", "steps": [2]]]).count > 1)
    #expect(try differences(folder.path, "theme", [["name": "two", "steps": [1]]]).count > 1)
  }
}
