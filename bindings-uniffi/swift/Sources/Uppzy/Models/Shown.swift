/// How values are printed: without any text of a person, since what is printed ends up in logs.
struct Shown {
  private let name: String
  private var fields: [(label: String, value: String)] = []

  init(_ name: String) { self.name = name }

  /// With a field as it stands; without one that has no value.
  func with(_ label: String, _ value: (some Any)?) -> Shown {
    guard let value else { return self }
    return adding(label, String(describing: value))
  }

  /// With a text as it stands, in quotes.
  func with(_ label: String, _ value: String?) -> Shown {
    guard let value else { return self }
    return adding(label, "\"\(value)\"")
  }

  /// With only how long a text is.
  func hiding(_ label: String, _ text: String?) -> Shown {
    guard let text else { return self }
    return adding(label, "<\(text.count) characters>")
  }

  /// With only the names of further fields.
  func naming(_ label: String, _ fields: JSONObject) -> Shown {
    adding(label, "<\(fields.keys.sorted().joined(separator: ", "))>")
  }

  private func adding(_ label: String, _ value: String) -> Shown {
    var shown = self
    shown.fields.append((label, value))
    return shown
  }

  var text: String {
    "\(name)(\(fields.map { "\($0.label): \($0.value)" }.joined(separator: ", ")))"
  }

  /// What `dump` and debuggers go by.
  func mirror(of subject: Any) -> Mirror {
    let children: [Mirror.Child] = fields.map { ($0.label, $0.value) }
    return Mirror(subject, children: children)
  }
}
