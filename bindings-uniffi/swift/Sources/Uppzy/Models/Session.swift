public import Foundation

/// A conversation, as the server lists it.
public struct Session: Sendable, Hashable, Identifiable {
  /// The id. The vendor does not say whether it equals the session id that the caller chose.
  public let id: String
  /// The address of the person, if the server lists it.
  public let email: String?
  /// When it began.
  public let createdAt: Date?
  /// When it was last used.
  public let updatedAt: Date?
  /// When it was closed; nil while it is open.
  public let closedAt: Date?
  /// How many messages it holds.
  public let messageCount: Int?
  /// Whether it takes new messages: a closed session is archived.
  public let isOpen: Bool
  /// Every other field, and those above that could not be read as their type.
  public let extra: JSONObject
  /// The JSON text of the item.
  public let raw: String
  /// How it came about.
  public let meta: Meta

  /// All fields but ``raw`` in the form that is the same in every language.
  public var json: JSONValue {
    [
      "id": .string(id),
      "email": JSONValue(email),
      "created_at": JSONValue(createdAt),
      "updated_at": JSONValue(updatedAt),
      "closed_at": JSONValue(closedAt),
      "message_count": JSONValue(messageCount),
      "extra": .object(extra),
      "meta": meta.json,
    ]
  }
}

extension Session: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("Session")
      .with("id", id)
      .hiding("email", email)
      .with("createdAt", createdAt)
      .with("updatedAt", updatedAt)
      .with("closedAt", closedAt)
      .with("messageCount", messageCount)
      .naming("extra", extra)
  }

  /// The fields without any text of a person.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
