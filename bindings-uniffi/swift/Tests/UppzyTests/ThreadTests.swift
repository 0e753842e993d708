import Foundation
import Testing
import Uppzy
import UppzyTesting

/// Where work is done, and from where it can be asked for.
@Suite struct ThreadTests {
  @Test func sixtyFourTasksShareAClient() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<64 {
        group.addTask {
          for call in 0..<10 {
            let session = "s-\(task)-\(call)"
            let answer = try await client.chat.send("Are you open?", sessionID: session)
            #expect(answer.sessionID == session)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await space.requests("chat.send") == 640)
  }

  /// On the main thread, as in an app: what it spends is hand-over, and what the library's own thread spends is
  /// reading. Other tests run meanwhile and add to the latter only.
  @MainActor @Test func aLargeAnswerIsReadOffTheMainThread() async throws {
    let length = 5_000_000
    let space = try await Space.make()
    _ = try await space.control("PUT", "/rules", [["effect": ["body_bytes": .integer(Int64(length))]]])
    let client = try UppzyClient(space.configuration)
    _ = try await client.tenant.limits()
    let (here, there) = (mainThreadSeconds(), libraryThreadSeconds())
    for _ in 0..<10 {
      #expect(try await client.tenant.limits().raw.utf8.count == length)
    }
    let (spentHere, spentThere) = (mainThreadSeconds() - here, libraryThreadSeconds() - there)
    #expect(spentThere > spentHere, "\(spentHere) s here, \(spentThere) s there")
  }
}

/// The processor time of the thread that calls.
@MainActor private func mainThreadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The processor time of the threads that the library has named.
private func libraryThreadSeconds() -> Double {
  let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
  let ticks = tasks.map { task in
    let read = { (file: String) in
      (try? String(contentsOfFile: "/proc/self/task/\(task)/\(file)", encoding: .utf8)) ?? ""
    }
    guard read("comm") == "uppzy\n", let end = read("stat").lastIndex(of: ")") else { return 0 }
    // After the name, which may hold anything: the 12th and 13th are times.
    let fields = read("stat")[end...].dropFirst(2).split(separator: " ")
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
  }
  return Double(ticks.reduce(0, +)) / Double(sysconf(Int32(_SC_CLK_TCK)))
}
