/// A list in the server's order, and what stood beside it.
public struct Listing<Item: Sendable & Hashable>: Sendable, Hashable {
  /// The items.
  public let items: [Item]
  /// What stood beside the list, such as a total or a cursor. The vendor documents no paging.
  public let extra: JSONObject
  /// The JSON text that the server sent.
  public let raw: String
  /// How it came about.
  public let meta: Meta
}

extension Listing: RandomAccessCollection {
  public var startIndex: Int { items.startIndex }
  public var endIndex: Int { items.endIndex }
  public subscript(position: Int) -> Item { items[position] }
}

extension Listing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown { Shown("Listing").with("items", items).naming("extra", extra) }

  /// The items and the names of further fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}

extension Listing where Item == Document {
  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue { json(of: items.map(\.json)) }
}

extension Listing where Item == Session {
  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue { json(of: items.map(\.json)) }
}

extension Listing {
  private func json(of items: [JSONValue]) -> JSONValue {
    ["items": .array(items), "extra": .object(extra), "meta": meta.json]
  }
}
