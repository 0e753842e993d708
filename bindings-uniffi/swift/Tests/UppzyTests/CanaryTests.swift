import Foundation
import Testing
import Uppzy

/// Nothing of a key or a person comes out of the package, whatever happens and wherever one looks.
@Suite struct CanaryTests {
  private static let expected: Set<String> = [
    "authentication", "bad_request", "chat_failed", "closed", "config", "connection_lost", "file_read",
    "invalid_input", "not_found", "poll_timeout", "rate_limit", "response_decode", "server",
    "service_unavailable", "unexpected_status",
  ]

  @Test func nothingPlantedComesOut() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("uppzy-canary-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let home = folder.appendingPathComponent("process")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    let signalled = try await runProgram(folder: folder, home: home)
    func content(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }
    let (output, errors) = (try content("output"), try content("errors"))
    let said = String(decoding: errors, as: UTF8.self)
    #expect(signalled && said.contains("Error raised at top level"), "\(said.suffix(3_000))")
    #expect(said.contains("bad_request"), "it ends with an error that nobody caught")
    #expect(!said.contains("panicked at"), "\(said.suffix(3_000))")
    let written = try JSONValue(parsing: String(decoding: try content("seen"), as: UTF8.self))
    #expect(written["count"]?.intValue ?? 0 > 5_000)
    let kinds = written["kinds"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(Self.expected.subtracting(kinds).isEmpty)
    var found = Plants.leaks("standard output", [UInt8](output)) + Plants.leaks("errors", [UInt8](errors))
    for sighting in written["seen"]?.arrayValue ?? [] {
      let text = Array((sighting[1]?.stringValue ?? "").utf8)
      found += Plants.leaks(sighting[0]?.stringValue ?? "", text)
    }
    for name in FileManager.default.enumerator(atPath: home.path)?.compactMap({ $0 as? String }) ?? [] {
      found += Plants.leaks("the name of a file", Array(name.utf8))
      let content = try? Data(contentsOf: home.appendingPathComponent(name))
      found += Plants.leaks(name, [UInt8](content ?? Data()))
    }
    #expect(found.isEmpty, "\(found.count) leaks:\n\(found.prefix(20).joined(separator: "\n"))")
  }

  @Test func aLeakIsFound() {
    for plant in Plants.all.values {
      #expect(Plants.leaks("there", Array("before \(plant) after".utf8)).count == 1)
      let part = JSONValue.string(String(plant.dropFirst(3).prefix(15))).text
      #expect(Plants.leaks("there", Array(part.utf8)).count == 1)
    }
    #expect(Plants.leaks("there", Array("a key, a message and an address: [redacted]".utf8)).isEmpty)
  }

  /// Runs the program to its end, in a folder that is all it knows. Tells whether a signal ended it.
  private func runProgram(folder: URL, home: URL) async throws -> Bool {
    let space = try await Space.make()
    _ = try await space.control("POST", "/keys", ["add": .string(Plants.all["key"] ?? "")])
    let echoes = try EchoServer()
    defer { echoes.stop() }
    let sandbox: JSONValue = [
      "base_url": .string(space.configuration.baseURL ?? ""),
      "tenant_id": .string(space.configuration.tenantID ?? ""),
      "site_id": .string(space.configuration.siteID ?? ""),
      "control_url": .string(space.controlURL),
    ]
    let given: JSONValue = [
      "plants": .object(Plants.all.mapValues { .string($0) }), "sandbox": sandbox,
      "echo_url": .string(echoes.url), "forms": .array(EchoServer.forms.map { .string($0) }),
      "seen": .string(folder.appendingPathComponent("seen").path),
    ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // Its end is a crash by Swift's rules. What lies in memory then is not what the package says.
    process.arguments = [
      "-c", "ulimit -c 0; exec \"$0\"", programs.appendingPathComponent("CanaryProgram").path,
    ]
    process.currentDirectoryURL = home
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": home.path, "TMPDIR": home.path,
      "RUST_LOG": "trace", "RUST_BACKTRACE": "full", "SWIFT_BACKTRACE": "enable=no",
    ]
    func file(_ name: String) throws -> FileHandle {
      let path = folder.appendingPathComponent(name)
      try Data().write(to: path)
      return try FileHandle(forWritingTo: path)
    }
    process.standardOutput = try file("output")
    process.standardError = try file("errors")
    let input = Pipe()
    process.standardInput = input
    let (ended, end) = AsyncStream<Void>.makeStream()
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(given.text.utf8))
    try input.fileHandleForWriting.close()
    for await _ in ended {}
    // It has ended; without this Foundation keeps it for ever.
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
  }

  /// The folder of what was built beside the tests.
  private var programs: URL {
    #if os(macOS)
      let tests = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      return (tests ?? Bundle.main).bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }
}
