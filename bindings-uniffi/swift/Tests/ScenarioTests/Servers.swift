import Foundation
import Uppzy

/// Servers that are not ours, where `uppzy-servers` has started some in front of its sandbox.
struct Servers: Sendable {
  /// Where the sandbox behind them is controlled.
  let controlURL: String
  /// The folder of the scenarios that are run against them.
  let cases: URL
  private let known: JSONObject

  /// The servers, if this runs below `uppzy-servers`.
  static let started: Servers? = {
    guard let file = ProcessInfo.processInfo.environment["UPPZY_SERVERS"] else { return nil }
    do {
      return try Servers(file)
    } catch {
      fatalError("\(file): \(error)")
    }
  }()

  private init(_ file: String) throws {
    let told = try JSONValue(parsing: String(contentsOfFile: file, encoding: .utf8))
    guard let controlURL = told["control_url"]?.stringValue, let cases = told["cases"]?.stringValue,
      let known = told["known"]?.objectValue
    else { throw Fault("control_url, cases or known is missing") }
    self.controlURL = controlURL
    self.cases = URL(fileURLWithPath: cases)
    self.known = known
  }

  /// What references find, with the URL under which each server has the space: its path, elsewhere.
  func known(_ space: JSONObject) -> JSONObject {
    let parts = (space["base_url"]?.stringValue ?? "").split(separator: "/")
    let path = parts.dropFirst(2).joined(separator: "/")
    return known.mapValues { server in
      guard var fields = server.objectValue, let origin = fields["origin"]?.stringValue else {
        return server
      }
      fields["base_url"] = .string("\(origin)/\(path)")
      return .object(fields)
    }
  }

  /// Where each server listens, and what stands in its place.
  var addresses: [(value: String, name: String)] {
    known.compactMap { name, server in
      guard let origin = server["origin"]?.stringValue else { return nil }
      return (String(origin.split(separator: "/").last ?? ""), "<\(name)>")
    }
  }
}
