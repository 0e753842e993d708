#if os(macOS) || os(Linux)
  internal import Foundation

  /// A program that runs beside this one, and what it prints.
  final class RunningProgram: Sendable {
    /// Foundation's type is not marked, and only used under the lock.
    private struct Parts: @unchecked Sendable {
      let process: Process
      let output: Pipe
      let complaints: Pipe
    }

    private let parts: Parts
    private let lock = NSLock()

    init(_ path: String, _ arguments: [String]) throws {
      let parts = Parts(process: Process(), output: Pipe(), complaints: Pipe())
      parts.process.executableURL = URL(fileURLWithPath: path)
      parts.process.arguments = arguments
      parts.process.standardInput = FileHandle.nullDevice
      parts.process.standardOutput = parts.output
      parts.process.standardError = parts.complaints
      self.parts = parts
      do {
        try parts.process.run()
      } catch {
        throw SandboxError(message: "\(path) cannot be run: \(error)")
      }
      RunningProgram.endings.add(self)
    }

    /// Those that are to end with this process, which does not take them along by itself.
    private static let endings = Endings()

    /// The first line that the program prints; nil if it ends before.
    func firstLine() async -> String? {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { [parts] in
          var text = Data()
          while !text.contains(UInt8(ascii: "\n")) {
            let more = parts.output.fileHandleForReading.availableData
            if more.isEmpty {
              continuation.resume(returning: nil)
              return
            }
            text.append(more)
          }
          let line = text.prefix { $0 != UInt8(ascii: "\n") }
          continuation.resume(returning: String(decoding: line, as: UTF8.self))
        }
      }
    }

    /// What an ended program had to say.
    func complaint() -> String {
      let text = (try? parts.complaints.fileHandleForReading.readToEnd()) ?? nil
      return String(decoding: text ?? Data(), as: UTF8.self)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    fileprivate func terminate() {
      if parts.process.isRunning { parts.process.terminate() }
    }

    /// Ends it. May be repeated.
    func stop() {
      lock.withLock {
        if parts.process.isRunning { parts.process.terminate() }
        // Also where it has ended by itself: without this Foundation keeps it for ever.
        parts.process.waitUntilExit()
      }
    }
  }

  /// Ends programs when this one does.
  private final class Endings: @unchecked Sendable {
    private struct Weak { weak var program: RunningProgram? }
    private let lock = NSLock()
    private var programs: [Weak] = []

    init() {
      atexit { RunningProgram.endAll() }
    }

    func add(_ program: RunningProgram) {
      lock.withLock {
        programs.removeAll { $0.program == nil }
        programs.append(Weak(program: program))
      }
    }

    // Nothing is waited for: what could be waited with has ended before.
    func endAll() { lock.withLock { programs }.forEach { $0.program?.terminate() } }
  }

  extension RunningProgram {
    fileprivate static func endAll() { endings.endAll() }
  }
#endif
