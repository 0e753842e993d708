import Foundation
import Uppzy

/// Where `actual` is not as expected, a line for each place.
///
/// An object must hold the named fields, a list must be as long and hold the same, and a number equals
/// one of the same value. An object with a single field that begins with `$` is a check.
func mismatches(_ expected: JSONValue, _ actual: JSONValue?) throws -> [String] {
  var found: [String] = []
  try compare("", expected, actual, &found)
  return found
}

private func compare(
  _ path: String, _ expected: JSONValue, _ actual: JSONValue?, _ found: inout [String]
) throws {
  let trimmed = path.hasPrefix(".") ? String(path.dropFirst()) : path
  let place = trimmed.isEmpty ? "value" : trimmed
  if let fields = expected.objectValue {
    if let (name, argument) = fields.first, fields.count == 1, name.hasPrefix("$") {
      if try !holds(String(name.dropFirst()), argument, actual) {
        found.append("\(place): \(name) \(short(argument)) fails for \(short(actual))")
      }
      return
    }
    if let held = actual?.objectValue {
      for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
        try compare("\(path).\(name)", value, held[name], &found)
      }
      return
    }
  } else if let held = actual?.arrayValue {
    if let items = expected.arrayValue {
      if items.count != held.count {
        found.append(
          "\(place): expected \(items.count) items, found \(held.count): \(short(.array(held)))")
      }
      for (index, (value, item)) in zip(items, held).enumerated() {
        try compare("\(path)[\(index)]", value, item, &found)
      }
      return
    }
    // A list is often only counted, such as the attempts of a call.
    if let count = expected.doubleValue {
      if count != Double(held.count) {
        found.append("\(place): expected \(count) items, found \(held.count): \(short(.array(held)))")
      }
      return
    }
  }
  if !same(expected, actual) {
    found.append("\(place): expected \(short(expected)), found \(short(actual))")
  }
}

private func holds(_ check: String, _ argument: JSONValue, _ actual: JSONValue?) throws -> Bool {
  let text = actual?.stringValue ?? actual?.text ?? "nothing"
  switch check {
  case "contains":
    return argument.stringValue.map { text.contains($0) } ?? false
  case "excludes":
    return actual != nil && argument.stringValue.map { !text.contains($0) } ?? false
  case "between":
    guard let low = argument[0]?.doubleValue, let high = argument[1]?.doubleValue,
      let number = actual?.doubleValue
    else { return false }
    return low <= number && number <= high
  case "present":
    return (actual.map { !$0.isNull } ?? false) == (argument == true)
  case "length":
    return length(actual) == argument.intValue
  case "exactly":
    // Fields that a subset would let pass.
    return same(argument, actual)
  default:
    throw Fault("there is no check $\(check)")
  }
}

/// A text's length is counted in Unicode scalars.
private func length(_ value: JSONValue?) -> Int? {
  switch value {
  case .string(let text): text.unicodeScalars.count
  case .array(let items): items.count
  case .object(let fields): fields.count
  default: nil
  }
}

/// Whether two values are the same in JSON; a number may be written in two ways.
func same(_ one: JSONValue, _ other: JSONValue?) -> Bool {
  guard let other else { return false }
  switch (one, other) {
  case (.array(let items), .array(let others)):
    return items.count == others.count && zip(items, others).allSatisfy { same($0, $1) }
  case (.object(let fields), .object(let others)):
    return fields.count == others.count && fields.allSatisfy { same($0.value, others[$0.key]) }
  case (.integer, .number), (.number, .integer):
    return one.doubleValue == other.doubleValue
  default:
    return one == other
  }
}

/// The value as JSON, cut where it is longer than anybody wants to read.
func short(_ value: JSONValue?) -> String {
  guard let text = value?.text else { return "nothing" }
  return text.count <= 700 ? text : "\(text.prefix(700))…"
}
