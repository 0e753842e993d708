internal import UppzyGenerated

extension JSONValue {
  /// Reads a text of JSON.
  ///
  /// - Throws: ``UppzyError`` of kind `invalid_input` when it is none.
  public init(parsing text: String) throws {
    self.init(try immediately { try parseJson(text: text) })
  }

  /// The value as a text of JSON, on one line and with its fields in order of their names. A number that
  /// is none becomes `null`.
  public var text: String {
    // Nothing in a value could not be written.
    (try? writeJson(value: JsonValue(self))) ?? "null"
  }

  init(_ value: JsonValue) {
    switch value {
    case .missing: self = .null
    case .flag(let value): self = .bool(value)
    case .whole(let value): self = .integer(value)
    case .large(let value): self = .number(Double(value))
    case .fraction(let value): self = .number(value)
    case .words(let value): self = .string(value)
    case .items(let items): self = .array(items.map { JSONValue($0) })
    case .members(let members):
      self = .object(JSONObject(members.map { ($0.name, JSONValue($0.value)) }) { _, last in last })
    }
  }
}

extension JsonValue {
  init(_ value: JSONValue) {
    switch value {
    case .null: self = .missing
    case .bool(let value): self = .flag(value: value)
    case .integer(let value): self = .whole(value: value)
    case .number(let value): self = .fraction(value: value)
    case .string(let value): self = .words(value: value)
    case .array(let items): self = .items(items: items.map { JsonValue($0) })
    case .object(let fields): self = JsonValue(fields)
    }
  }

  init(_ fields: JSONObject) {
    let sorted = fields.sorted { $0.key < $1.key }
    self = .members(members: sorted.map { JsonMember(name: $0.key, value: JsonValue($0.value)) })
  }
}
