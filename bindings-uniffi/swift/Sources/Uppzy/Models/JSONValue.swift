package import Foundation

/// A value of JSON, for what the vendor does not document.
public enum JSONValue: Sendable, Hashable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number that 64 bits hold.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object.
  case object([String: JSONValue])
}

/// An object of JSON.
public typealias JSONObject = [String: JSONValue]

extension JSONValue {
  /// Whether it is `null`.
  public var isNull: Bool { self == .null }

  /// The value, if it is `true` or `false`.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The number, if it is a whole one.
  public var intValue: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, if it is one.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The text, if it is one.
  public var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The items, if it is a list.
  public var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The fields, if it is an object.
  public var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The field of that name; nil if there is none, or if this is no object.
  public subscript(name: String) -> JSONValue? { objectValue?[name] }

  /// The item at that place, from 0; nil if there is none, or if this is no list.
  public subscript(index: Int) -> JSONValue? {
    guard let items = arrayValue, items.indices.contains(index) else { return nil }
    return items[index]
  }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode(JSONObject.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByStringInterpolation, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements) { _, last in last })
  }
}

extension JSONValue {
  /// The text, or null without one.
  init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }

  /// The number, or null without one.
  init(_ number: Double?) { self = number.map(JSONValue.shortest) ?? .null }

  /// The number, or null without one.
  init(_ number: (some BinaryInteger)?) { self = number.map { .integer(Int64($0)) } ?? .null }

  /// The value, or null without one.
  init(_ value: Bool?) { self = value.map(JSONValue.bool) ?? .null }

  /// The moment, or null without one.
  init(_ time: Date?) { self = time.map { .string($0.sharedForm) } ?? .null }

  /// A whole number as such.
  private static func shortest(_ number: Double) -> JSONValue {
    Int64(exactly: number).map(JSONValue.integer) ?? .number(number)
  }
}

extension Date {
  /// The moment in the form that all languages share: no more digits than it needs.
  package var sharedForm: String {
    let whole = timeIntervalSince1970.rounded(.down)
    let text = Date(timeIntervalSince1970: whole).formatted(.iso8601)
    let micros = Int(((timeIntervalSince1970 - whole) * 1_000_000).rounded())
    guard micros > 0, micros < 1_000_000 else { return text }
    let digits = String(String(1_000_000 + micros).dropFirst())
    let needed = digits.reversed().drop { $0 == "0" }.reversed()
    return text.dropLast() + "." + String(needed) + "Z"
  }
}

extension Duration {
  /// The time in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
