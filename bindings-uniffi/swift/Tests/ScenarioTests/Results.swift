import Foundation
import Uppzy

/// Keeps the results of a theme, to be compared between languages.
func writeResults(_ folder: String, _ theme: String, _ results: [JSONValue]) throws {
  let folder = URL(fileURLWithPath: folder)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  try encoder.encode(results).write(to: folder.appendingPathComponent("\(theme).json"))
}

/// Where the results of a theme differ from those that another language has written to the folder.
func differences(_ folder: String, _ theme: String, _ results: [JSONValue]) throws -> [String] {
  let path = "\(folder)/\(theme).json"
  // Foundation's reader, as results hold what is nested too deep for the client.
  let content = try Data(contentsOf: URL(fileURLWithPath: path))
  let reference = try JSONDecoder().decode(JSONValue.self, from: content)
  var known: [String: JSONValue] = [:]
  for result in reference.arrayValue ?? [] {
    known[result["name"]?.stringValue ?? ""] = result
  }
  var lines: [String] = []
  // What gave no result has failed, and was told already.
  for result in results where !result.isNull {
    let name = result["name"]?.stringValue ?? ""
    let other = known[name] ?? .null
    // Both ways, since either may hold more than the other.
    let found = Set(try mismatches(other, result) + mismatches(result, other))
    if !found.isEmpty {
      lines.append("DIFFERENT \(name)")
      lines += found.sorted().map { "  \($0)" }
    }
  }
  return lines
}
