import Foundation
import Uppzy
import UppzyTesting

/// A space of the sandbox that belongs to one test alone.
struct Space: Sendable {
  let configuration: Configuration
  let controlURL: String

  /// Makes a space in the sandbox that all tests share.
  static func make() async throws -> Space {
    let sandbox = try await shared.value
    let space = try await sendControl("POST", "\(sandbox.controlURL)/spaces", [:])
    var configuration = Configuration()
    configuration.environment = [:]
    configuration.baseURL = space["base_url"]?.stringValue
    configuration.apiKey = space["api_key"]?.stringValue
    configuration.tenantID = space["tenant_id"]?.stringValue
    configuration.siteID = space["site_id"]?.stringValue
    return Space(configuration: configuration, controlURL: space["control_url"]?.stringValue ?? "")
  }

  /// Ends with the process.
  private static let shared = Task { try await Sandbox.start() }

  func control(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await sendControl(method, controlURL + path, body)
  }

  /// How many requests the server has seen of an operation, or of all.
  func requests(_ operation: String? = nil) async throws -> Int {
    try await entries(operation).count
  }

  /// Waits until the server has seen so many requests.
  func hasSeen(_ count: Int, of operation: String) async throws {
    try await eventually("\(count) of \(operation)") { try await requests(operation) >= count }
  }

  /// Waits until the server has noticed of so many requests that nobody wants their answer any more.
  func hasLost(_ count: Int, of operation: String) async throws {
    try await eventually("\(count) of \(operation) that were left") {
      try await entries(operation).filter { $0["client_gone"] == true }.count >= count
    }
  }

  private func entries(_ operation: String?) async throws -> [JSONValue] {
    let entries = try await control("GET", "/journal")["entries"]?.arrayValue ?? []
    return entries.filter { operation == nil || $0["operation"]?.stringValue == operation }
  }

  private func eventually(_ what: String, _ holds: () async throws -> Bool) async throws {
    let until = ContinuousClock.now + .seconds(30)
    while try await !holds() {
      guard ContinuousClock.now < until else { throw NeverHappened(what: what) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}

struct NeverHappened: Error {
  let what: String
}

/// What an error was, if there was one.
func thrown(_ body: () async throws -> some Any) async -> (any Error)? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error
  }
}
