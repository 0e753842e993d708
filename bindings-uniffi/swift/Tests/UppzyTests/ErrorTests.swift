import Foundation
import Testing
import Uppzy
import UppzyGenerated

/// Errors have all that the core knows of them.
@Suite struct ErrorTests {
  @Test func everyKindOfTheTableHasAName() {
    let table = errorTable()
    #expect(table.count >= 26)
    #expect(Set(table.map(\.kind)) == Set(ErrorKind.all.map(\.rawValue)))
    #expect(ErrorKind.all.count == table.count)
    for row in table {
      let group: ErrorKind.Group =
        switch row.group {
        case "TransportError": .transport
        case "ApiError": .api
        case "PollError": .poll
        default: .other
        }
      #expect(ErrorKind(rawValue: row.kind).group == group, "\(row.kind)")
    }
  }

  @Test(arguments: errorTable().map(\.kind))
  func allFieldsAreThere(_ kind: String) throws {
    let cause: JSONObject = ["kind": "connect", "message": "no connection"]
    let fields: JSONObject = [
      "kind": .string(kind), "class": "X", "message": "it went wrong", "user_message": "Try again.",
      "hint": "Look.", "field": "email", "retryable": true, "retry_after": 1.5, "outcome": "not_sent",
      "phase": "first_byte", "operation": "chat.send", "http_status": 503, "code": "busy",
      "server_message": "too busy", "body_excerpt": "<html>", "http_request_id": "abc",
      "attempts": [
        ["started_after": 0, "duration": 0.5, "status": 503, "kind": "x", "delay_before_next": 1]
      ],
      "elapsed": 2.5, "retry_stopped_by": "deadline", "token": "v1.token", "cause": .object(cause),
    ]
    let made = UppzyError(json: fields)
    let copied = try JSONDecoder().decode(UppzyError.self, from: JSONEncoder().encode(made))
    for error in [made, copied] {
      #expect(error.kind == ErrorKind(rawValue: kind))
      #expect(error.message == "it went wrong")
      #expect(error.userMessage == "Try again.")
      #expect(error.hint == "Look." && error.recoverySuggestion == "Look.")
      #expect(error.field == "email" && error.isRetryable && error.retryAfter == .seconds(1.5))
      #expect(error.outcome == .notSent && error.phase == .firstByte && error.operation == "chat.send")
      #expect(error.httpStatus == 503 && error.code == "busy" && error.serverMessage == "too busy")
      #expect(error.bodyExcerpt == "<html>" && error.httpRequestID == "abc")
      #expect(error.attempts.map(\.duration) == [.seconds(0.5)] && error.attempts[0].status == 503)
      #expect(error.elapsed == .seconds(2.5) && error.retryStoppedBy == .deadline)
      #expect(error.token == "v1.token" && error.cause?.kind == .connect)
      #expect(error.errorDescription == "chat.send: it went wrong")
      #expect((error as any Error).localizedDescription == "chat.send: it went wrong")
      #expect(error == made)
    }
  }

  @Test func aKindFromTheFutureStaysWhatItIs() {
    let error = UppzyError(json: ["kind": "from_the_future", "message": "?"])
    #expect(error.kind.rawValue == "from_the_future" && error.kind.group == .other)
    #expect(error.queueVerdict() == .giveUp(reason: "from_the_future: ?"))
  }

  @Test func theServersErrorIsTold() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    let error = await thrown { try await client.chat.status(requestID: "nobody-asked-this") } as? UppzyError
    #expect(error?.kind == .notFound && error?.httpStatus == 404 && error?.outcome == .rejected)
    #expect(error?.attempts.count == 1 && error?.operation == "chat.status")
    #expect(error?.report().contains("not_found") == true)
    #expect(error?.json["kind"] == "not_found")
    if case .giveUp = error?.queueVerdict() {} else { Issue.record("it is not to be given up") }
  }

  @Test func aClosedClientSaysSo() async throws {
    let space = try await Space.make()
    let client = try UppzyClient(space.configuration)
    client.close()
    client.close()
    #expect(client.isClosed)
    #expect((await thrown { try await client.tenant.get() } as? UppzyError)?.kind == .closed)
  }

  @Test func whatCannotBeUsedIsRefused() async throws {
    var configuration = Configuration()
    configuration.environment = [:]
    let noKey = await thrown { try UppzyClient(configuration) } as? UppzyError
    #expect(noKey?.kind == .config && noKey?.field == "api_key")
    configuration.apiKey = "a-secret-key"
    configuration.maxInFlight = -1
    let negative = await thrown { try UppzyClient(configuration) } as? UppzyError
    #expect(negative?.kind == .invalidInput && negative?.field == "max_in_flight")
    for text in ["\(configuration)", String(reflecting: configuration)] {
      #expect(!text.contains("a-secret-key"))
    }
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect(!dumped.contains("a-secret-key"))
  }
}
