import Uppzy

/// The value with every reference in it replaced: a text such as `$first.request_id` stands for a saved
/// value.
func resolve(_ value: JSONValue, _ saved: JSONObject) throws -> JSONValue {
  switch value {
  case .string(let text) where text.hasPrefix("$"):
    return try find(text, saved)
  case .array(let items):
    return .array(try items.map { try resolve($0, saved) })
  case .object(let fields):
    return .object(try fields.mapValues { try resolve($0, saved) })
  default:
    return value
  }
}

private func find(_ reference: String, _ saved: JSONObject) throws -> JSONValue {
  var found = JSONValue.object(saved)
  for name in reference.dropFirst().split(separator: ".") {
    // A number in a path is a position in a list.
    guard let held = found[String(name)] ?? Int(name).flatMap({ found[$0] }) else {
      throw Fault("nothing is at \(reference)")
    }
    found = held
  }
  return found
}
