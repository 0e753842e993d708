import Foundation
import Uppzy

/// All that could be seen of the package from outside, with where it was.
final class Sightings: @unchecked Sendable {
  private let lock = NSLock()
  private var places: [String: String] = [:]
  private var kinds: Set<String> = []
  private var count = 0

  /// Writes down how things look: to a person, in a debugger, and with all that reflection shows.
  func note(_ place: String, _ things: Any...) {
    for thing in things {
      if let text = thing as? String {
        add(place, text)
        continue
      }
      var dumped = ""
      dump(thing, to: &dumped)
      for text in [String(describing: thing), String(reflecting: thing), dumped] { add(place, text) }
    }
  }

  /// Writes down all forms of an error, and prints it as programs do.
  func note(_ place: String, error: UppzyError) throws {
    lock.withLock { _ = kinds.insert(error.kind.rawValue) }
    print(error)
    debugPrint(error)
    let bridged = error as NSError
    note(place, error, error.json.text, error.report(), error.queueVerdict(), error.localizedDescription)
    note(place, bridged, bridged.userInfo, bridged.localizedDescription)
    note(place, String(decoding: try JSONEncoder().encode(error), as: UTF8.self))
    note(place, error.kind, error.message, error.userMessage, error.hint, error.outcome, error.attempts)
    let fields: [Any?] = [
      error.field, error.code, error.serverMessage, error.bodyExcerpt, error.httpRequestID, error.token,
      error.operation, error.phase, error.retryStoppedBy, error.errorDescription, error.recoverySuggestion,
    ]
    for case let field? in fields { note(place, field) }
    if let cause = error.cause { try note(place, error: cause) }
  }

  private func add(_ place: String, _ text: String) {
    lock.withLock {
      count += 1
      if places[text] == nil { places[text] = place }
    }
  }

  /// Leaves all of it in a file.
  func write(to file: String) throws {
    let seen = places.map { JSONValue.array([.string($0.value), .string($0.key)]) }
    let all: JSONValue = [
      "count": .integer(Int64(count)), "kinds": .array(kinds.map { .string($0) }), "seen": .array(seen),
    ]
    try all.text.write(toFile: file, atomically: true, encoding: .utf8)
  }
}
