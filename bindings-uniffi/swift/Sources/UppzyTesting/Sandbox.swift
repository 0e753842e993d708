#if os(macOS) || os(Linux)
  public import Foundation
  public import Uppzy

  /// The API on your own machine, on a free port, for tests of programs that use this package.
  ///
  /// Answers are simulated, and everything is in memory unless `--data` is among the arguments. Ends
  /// with ``stop()``, and with the process that started it at the latest.
  ///
  /// ```swift
  /// let sandbox = try await Sandbox.start()
  /// defer { sandbox.stop() }
  /// let client = try UppzyClient(sandbox.configuration)
  /// let answer = try await client.chat.ask("When are you open?", sessionID: "test-1")
  /// ```
  public final class Sandbox: Sendable {
    /// Where the API is.
    public let baseURL: String
    /// The key that it accepts.
    public let apiKey: String
    /// The tenant that it has.
    public let tenantID: String
    /// The site that it has.
    public let siteID: String
    /// Where rules, the journal and settings are.
    public let controlURL: String

    private let program: RunningProgram

    /// Starts it, and waits until it answers.
    ///
    /// - Parameters:
    ///   - program: The program. Default: the one that `UPPZY_SANDBOX` names, or that is on `PATH`.
    ///   - arguments: Further arguments: `uppzy-sandbox --help` lists them.
    /// - Throws: ``SandboxError`` when it is not installed or does not start.
    public static func start(program: String? = nil, arguments: [String] = []) async throws -> Sandbox {
      let path = try program ?? findProgram()
      let running = try RunningProgram(path, ["--port", "0"] + arguments)
      let line = await running.firstLine()
      guard let line, let started = try? JSONValue(parsing: line) else {
        running.stop()
        throw SandboxError(message: "the sandbox did not start: \(running.complaint())")
      }
      return try Sandbox(running, started)
    }

    private init(_ program: RunningProgram, _ started: JSONValue) throws {
      func text(_ name: String) throws -> String {
        guard let text = started[name]?.stringValue else {
          program.stop()
          throw SandboxError(message: "the sandbox does not tell its \(name)")
        }
        return text
      }
      baseURL = try text("base_url")
      apiKey = try text("api_key")
      tenantID = try text("tenant_id")
      siteID = try text("site_id")
      controlURL = try text("control_url")
      self.program = program
    }

    deinit { program.stop() }

    /// What a client needs to use it.
    public var configuration: Configuration {
      var configuration = Configuration()
      configuration.baseURL = baseURL
      configuration.apiKey = apiKey
      configuration.tenantID = tenantID
      configuration.siteID = siteID
      configuration.environment = [:]
      return configuration
    }

    /// The same as environment variables, for programs that are started.
    public var environment: [String: String] {
      [
        "UPPZY_BASE_URL": baseURL, "UPPZY_API_KEY": apiKey, "UPPZY_TENANT_ID": tenantID,
        "UPPZY_SITE_ID": siteID,
      ]
    }

    /// Sends a request to the control URL: rules, journal, progression, latency and more.
    ///
    /// - Parameters:
    ///   - method: The HTTP method.
    ///   - path: The path below the control URL, such as `/rules`.
    ///   - body: What to send as JSON.
    /// - Throws: ``SandboxError`` when it is refused.
    @discardableResult
    public func control(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue
    {
      try await sendControl(method, controlURL + path, body)
    }

    /// Ends it. May be repeated.
    public func stop() { program.stop() }
  }

  /// Why the sandbox cannot be used.
  public struct SandboxError: Error, LocalizedError, CustomStringConvertible {
    /// What happened, and what to do.
    public let message: String
    public var errorDescription: String? { message }
    public var description: String { message }
  }

  /// Finds the program `uppzy-sandbox`.
  private func findProgram() throws -> String {
    let variables = ProcessInfo.processInfo.environment
    if let named = variables["UPPZY_SANDBOX"], !named.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: named) else {
        throw SandboxError(message: "UPPZY_SANDBOX names \(named), and there is no such program")
      }
      return named
    }
    let folders = (variables["PATH"] ?? "").split(separator: ":")
    let places = folders.map { "\($0)/uppzy-sandbox" }
    guard let found = places.first(where: FileManager.default.isExecutableFile) else {
      throw SandboxError(
        message: "the program uppzy-sandbox was not found: install it with `cargo install uppzy-sandbox`, "
          + "or name it in UPPZY_SANDBOX")
    }
    return found
  }
#endif
