/// An answer whose fields the vendor does not document: all of them, as they came.
public struct OpenObject: Sendable, Hashable {
  /// Every field. An answer that is JSON but no object is there under `value`.
  public let fields: JSONObject
  /// The JSON text that the server sent; empty for an answer without a body.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// The field of that name; nil if there is none.
  public subscript(name: String) -> JSONValue? { fields[name] }

  /// The fields and ``meta`` in the form that is the same in every language.
  public var json: JSONValue { ["fields": .object(fields), "meta": meta.json] }
}

extension OpenObject: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown { Shown("OpenObject").naming("fields", fields) }

  /// The names of the fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
