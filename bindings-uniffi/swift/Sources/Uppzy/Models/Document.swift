public import Foundation

/// A document of the knowledge base: a file, a text, or a question with its answer.
public struct Document: Sendable, Hashable, Identifiable {
  /// The id, under whichever name the server gave it. A number became text.
  public let id: String
  /// The title.
  public let title: String?
  /// The category, such as `faq`.
  public let category: String?
  /// Whether it takes part in answers.
  public let status: DocumentStatus?
  /// Whether the server is done with processing it.
  public let ready: Bool?
  /// When it was created.
  public let createdAt: Date?
  /// When it was last changed.
  public let updatedAt: Date?
  /// Every other field, and those above that could not be read as their type.
  public let extra: JSONObject
  /// The JSON text that the server sent, or of the item of a list.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue {
    [
      "id": .string(id),
      "title": JSONValue(title),
      "category": JSONValue(category),
      "status": JSONValue(status?.rawValue),
      "ready": JSONValue(ready),
      "created_at": JSONValue(createdAt),
      "updated_at": JSONValue(updatedAt),
      "extra": .object(extra),
      "meta": meta.json,
    ]
  }
}

extension Document: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("Document")
      .with("id", id)
      .hiding("title", title)
      .with("category", category)
      .with("status", status)
      .with("ready", ready)
      .with("createdAt", createdAt)
      .with("updatedAt", updatedAt)
      .naming("extra", extra)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
