import Foundation
import Uppzy

/// Fields whose values differ from run to run.
private let volatile: Set = [
  "closed_at", "completion", "created_at", "delay", "delay_before_next", "duration", "elapsed",
  "feedback_submitted_at", "first_seen", "http_request_id", "last_seen", "latency", "next_in", "report",
  "resume_token", "retry_in", "started_after", "submitted_at", "token", "updated_at",
]
private let placeholder = "<volatile>"
/// How every resume token begins.
private let tokenPrefix = "v1."

/// Values of one run, and what stands in their place.
struct Placeholders {
  private let pairs: [(value: String, name: String)]

  /// Longer values come first, so that one that holds another is replaced as a whole.
  init(_ pairs: [(value: String, name: String)]) {
    self.pairs = pairs.filter { !$0.value.isEmpty }.sorted { $0.value.count > $1.value.count }
  }

  /// The value with everything replaced that differs from run to run.
  func apply(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text):
      return .string(apply(toText: text))
    case .array(let items):
      return .array(items.map(apply))
    case .object(let fields):
      var replaced: JSONObject = [:]
      for (name, item) in fields {
        let isVolatile = volatile.contains(name) && !item.isNull
        replaced[apply(toText: name)] = isVolatile ? .string(placeholder) : apply(item)
      }
      return .object(replaced)
    default:
      return value
    }
  }

  private func apply(toText text: String) -> String {
    if text.hasPrefix(tokenPrefix) {
      return placeholder
    }
    var replaced = text
    for (value, name) in pairs {
      replaced = replaced.replacingOccurrences(of: value, with: name)
    }
    // Ids of the sandbox: a prefix and this many hex digits.
    return replaced.replacing(/(req_|doc_)[0-9a-fA-F]{32}(?![0-9a-fA-F])/) { "\($0.1)<id>" }
  }
}
