import Foundation
import Testing
import Uppzy
import UppzyTesting

/// Cancelling a task stops its call in every phase, with the server's journal as the witness.
@Suite struct CancelTests {
  @Test func beforeTheCallNothingIsSent() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.tenant.limits()
    }
    #expect(await thrown { try await task.value } is CancellationError)
    #expect(try await space.requests() == 0)
  }

  @Test func duringARequest() async throws {
    let space = try await Space.make()
    _ = try await space.control(
      "PUT", "/rules", [["match": ["operation": ["chat.send"]], "effect": ["delay_ms": 30_000]]])
    let client = try UppzyClient(space.configuration)
    let task = Task { try await client.chat.send("Are you open?", sessionID: "s-1") }
    try await space.hasSeen(1, of: "chat.send")
    task.cancel()
    #expect(await thrown { try await task.value } is CancellationError)
    #expect(try await space.requests() == 1)
  }

  @Test func inABackOff() async throws {
    let space = try await Space.make()
    _ = try await space.control(
      "PUT", "/rules", [["match": ["operation": ["tenant.get"]], "effect": ["status": 503]]])
    // Time stands still: the second attempt would never come by itself.
    let clock = TestClock.manual()
    let client = try UppzyClient(space.configuration.with(clock))
    let task = Task { try await client.tenant.get() }
    try await space.hasSeen(1, of: "tenant.get")
    task.cancel()
    #expect(await thrown { try await task.value } is CancellationError)
    try clock.advance(by: .seconds(60))
    _ = try await client.tenant.limits()
    #expect(try await space.requests("tenant.get") == 1)
  }

  @Test func inTheWaitForAPoll() async throws {
    let space = try await Space.make()
    _ = try await space.control("PUT", "/progression", ["mode": "never"])
    let clock = TestClock.manual()
    let client = try UppzyClient(space.configuration.with(clock))
    let pending = try await client.chat.submit("Are you open?", sessionID: "s-1")
    let task = Task { try await pending.result() }
    let states = Task {
      for try await _ in pending.states() {}
    }
    task.cancel()
    states.cancel()
    #expect(await thrown { try await task.value } is CancellationError)
    #expect(await thrown { try await states.value } is CancellationError)
    let polls = try await space.requests("chat.status")
    try clock.advance(by: .seconds(30))
    _ = try await client.tenant.limits()
    #expect(try await space.requests("chat.status") == polls)
  }

  @Test func anUploadThatIsCancelledLeavesTheServer() async throws {
    let space = try await Space.make()
    _ = try await space.control(
      "PUT", "/rules", [["match": ["operation": ["documents.upload"]], "effect": ["stall": "head"]]])
    let client = try UppzyClient(space.configuration)
    let content = Data(repeating: 120, count: 100_000)
    let task = Task { try await client.documents.upload(content, fileName: "notes.txt") }
    try await space.hasSeen(1, of: "documents.upload")
    task.cancel()
    #expect(await thrown { try await task.value } is CancellationError)
    try await space.hasLost(1, of: "documents.upload")
    #expect(try await space.requests() == 1)
  }

  @Test func aSourceOfAnUploadThatIsCancelled() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let (pieces, feed) = AsyncStream<[UInt8]>.makeStream()
    feed.yield(Array(repeating: 120, count: 1000))
    let task = Task { try await client.documents.upload(pieces, fileName: "notes.txt") }
    task.cancel()
    #expect(await thrown { try await task.value } is CancellationError)
    feed.finish()
  }

  @Test func manyAtOnceInATaskGroup() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
      for index in 0..<1_000 {
        group.addTask { try await client.chat.send("Question \(index)", sessionID: "s-\(index)") }
      }
      return try await group.reduce(into: [String: Answer]()) { $0[$1.sessionID] = $1 }
    }
    #expect(answers.count == 1_000)
    #expect(try await space.requests("chat.send") == 1_000)
    #expect(try client.metrics().operations["chat.send"]?.succeeded == 1_000)
  }

  @Test func aGroupThatIsCancelledEndsAllOfItsCalls() async throws {
    let space = try await Space.make()
    _ = try await space.control("PUT", "/progression", ["mode": "never"])
    let client = try UppzyClient(space.configuration)
    let ended = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<200 {
        group.addTask {
          await thrown { try await client.chat.ask("Question", sessionID: "s-\(index)") }
            is CancellationError
        }
      }
      group.cancelAll()
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(ended == 200)
  }

  @Test func leavingALoopEndsTheWorkForTheRest() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let questions = (0..<500).map { Question("Question \($0)", sessionID: "s-\($0)") }
    for try await outcome in client.chat.askMany(questions, concurrency: 2) {
      _ = try outcome.result.get()
      break
    }
    #expect(try await space.requests("chat.submit") < 500)
  }
}
