import Uppzy
import UppzyTesting

/// The servers of all scenarios: two sandboxes, a port where nobody listens, one where nobody answers,
/// and one where no TLS is spoken.
final class Host: Sendable {
  private let sandbox: Sandbox
  private let other: Sandbox
  private let silent: Listener
  private let plain: Listener
  private let dead: DeadPort

  init() async throws {
    sandbox = try await Sandbox.start()
    other = try await Sandbox.start()
    silent = try Listener(answer: nil)
    plain = try Listener(
      answer: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    dead = try DeadPort(connectedTo: silent)
  }

  /// Where the sandbox is controlled.
  var controlURL: String { Servers.started?.controlURL ?? sandbox.controlURL }
  /// Where the second sandbox is controlled.
  var otherControlURL: String { other.controlURL }

  /// What references find from the beginning.
  func known(_ space: JSONObject, _ other: JSONObject) -> JSONObject {
    let ours: JSONObject = [
      "sandbox": .object(space),
      "other": .object(other),
      "dead": ["base_url": "http://127.0.0.1:\(dead.port)/api/v1"],
      "silent": [
        "base_url": "http://\(silent.address)/api/v1",
        "https_base_url": "https://\(silent.address)/api/v1",
      ],
      "plain": ["https_base_url": "https://\(plain.address)/api/v1"],
    ]
    return ours.merging(Servers.started?.known(space) ?? [:]) { ours, _ in ours }
  }

  /// Where each server listens, and what stands in its place.
  func addresses(_ space: JSONObject, _ other: JSONObject) -> [(value: String, name: String)] {
    func host(_ space: JSONObject) -> String {
      let parts = (space["base_url"]?.stringValue ?? "").split(separator: "/")
      return parts.count > 1 ? String(parts[1]) : ""
    }
    return [
      (host(space), "<sandbox>"), (host(other), "<other>"), ("127.0.0.1:\(dead.port)", "<dead>"),
      (silent.address, "<silent>"), (plain.address, "<plain>"),
    ] + (Servers.started?.addresses ?? [])
  }

  func stop() {
    dead.stop()
    silent.stop()
    plain.stop()
    sandbox.stop()
    other.stop()
  }
}
