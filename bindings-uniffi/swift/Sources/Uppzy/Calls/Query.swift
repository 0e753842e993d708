/// Parameters of a query, which the vendor does not document, in the order in which they are sent.
///
/// ```swift
/// try await client.documents.list(query: ["limit": 20, "tag": ["a", "b"]])
/// ```
public struct Query: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  /// The parameters as they are sent, by name and value.
  public private(set) var items: [Item] = []

  /// A parameter.
  public struct Item: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: String
  }

  public init() {}

  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (name, value) in elements { append(name, value) }
  }

  /// Adds a parameter; a list gives its name to each of its values, and `null` gives none.
  public mutating func append(_ name: String, _ value: JSONValue) {
    switch value {
    case .null: break
    case .array(let values): values.forEach { append(name, $0) }
    case .string(let text): items.append(Item(name: name, value: text))
    default: items.append(Item(name: name, value: value.text))
    }
  }
}
