import Foundation
import Testing
import Uppzy

/// Models, uploads and what else is plain data.
@Suite struct ValueTests {
  @Test func jsonIsReadAndWritten() throws {
    let text = #"{"a":[null,true,-1,0.5,"é"],"b":{"c":[]}}"#
    let value = try JSONValue(parsing: text)
    #expect(value.text == text)
    #expect(value["a"]?[2]?.intValue == -1 && value["a"]?[3]?.doubleValue == 0.5)
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    #expect((try? JSONValue(parsing: "{")) == nil)
  }

  @Test func parametersKeepTheirOrder() {
    let query: Query = ["limit": 20, "tag": ["a", "b"], "all": true, "none": nil]
    #expect(query.items.map { "\($0.name)=\($0.value)" } == ["limit=20", "tag=a", "tag=b", "all=true"])
  }

  @Test func anAnswerPrintsNoText() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let answer = try await client.chat.send("Are you open?", sessionID: "s-1", email: "ann@example.com")
    #expect(!answer.text.isEmpty && !answer.requestID.isEmpty && answer.meta.httpStatus == 200)
    var dumped = ""
    dump(answer, to: &dumped)
    for text in ["\(answer)", String(reflecting: answer), dumped] {
      #expect(!text.contains(answer.text) && text.contains("characters>"))
    }
    let session = try await client.sessions.latestOpen(email: "ann@example.com")
    #expect(session?.isOpen == true && !"\(String(describing: session))".contains("ann@example.com"))
    #expect(!String(reflecting: client).contains(space.configuration.apiKey ?? ""))
  }

  @Test func filesBytesAndPiecesAreUploaded() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let content = Data("We are open from 9 to 17.\n".utf8)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).txt")
    try content.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let progress = Progress()
    let ofFile = try await client.documents.upload(fileAt: file, onProgress: { progress.note($0.sent) })
    #expect(progress.last == content.count)
    let ofBytes = try await client.documents.upload(content, fileName: "hours.txt")
    let pieces = AsyncStream<Data> { feed in
      content.forEach { feed.yield(Data([$0])) }
      feed.finish()
    }
    let ofPieces = try await client.documents.upload(pieces, fileName: "hours.txt", length: content.count)
    let bytes = AsyncStream<UInt8> { feed in
      content.forEach { feed.yield($0) }
      feed.finish()
    }
    let ofSingle = try await client.documents.upload(bytes, fileName: "hours.txt")
    let listed = try await client.documents.list()
    #expect(Set([ofFile, ofBytes, ofPieces, ofSingle].map(\.id)).isSubset(of: Set(listed.map(\.id))))
  }

  @Test func whatASourceThrowsIsToldBesideTheError() async throws {
    struct Broken: Error {}
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let pieces = AsyncThrowingStream<Data, any Error> { feed in
      feed.yield(Data("We are".utf8))
      feed.finish(throwing: Broken())
    }
    let error = await thrown { try await client.documents.upload(pieces, fileName: "a.txt") } as? UppzyError
    #expect(error?.kind == .fileRead && error?.sourceError is Broken)
  }

  @Test func aClientIsFollowedByItsEvents() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let events = try client.events()
    let names = Task {
      var names: [String] = []
      for try await event in events {
        names.append(event.name)
        if case .callEnded(let ended) = event.kind {
          #expect(ended.status == 200 && ended.error == nil)
          events.close()
        }
      }
      return names
    }
    _ = try await client.tenant.limits()
    #expect(try await names.value == ["call_started", "attempt", "call_ended"])
    #expect(events.dropped == 0)
    #expect(try client.metrics().prometheusText.contains("tenant.limits"))
  }

  @Test func tenThousandClientsAndPendingAnswersComeAndGo() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let token = try await client.chat.submit("Are you open?", sessionID: "s-1").token
    // Other tests run meanwhile and take memory too, but not in every round; a leak would.
    var growth: [Int] = []
    for _ in 0..<20 where growth.allSatisfy({ $0 >= 1_000 }) {
      let before = residentKilobytes()
      for _ in 0..<10_000 {
        _ = try client.forSite("another-site")
        #expect(try client.chat.resume(token).token == token)
      }
      growth.append(residentKilobytes() - before)
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(growth.contains { $0 < 1_000 }, "kilobytes: \(growth)")
  }
}

private final class Progress: @unchecked Sendable {
  private let lock = NSLock()
  private var sent = 0
  func note(_ sent: Int) { lock.withLock { self.sent = sent } }
  var last: Int { lock.withLock { sent } }
}

/// The memory that the process holds.
private func residentKilobytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
}
