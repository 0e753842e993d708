import Foundation
import Uppzy

/// What the director says: `src/orders.rs` of the run has it.
struct Order: Decodable, Sendable {
  let order: String
  var key: String?
  var id: Int?
  var operation: String?
  var session: String?
  var message: String?
  var email: String?
  var title: String?
  var token: String?
  var request_id: String?
  var timeout_ms: Int?
  var retry_unknown: Bool?
  var cancel_after_ms: Int?
  var questions: [OneOfMany]?
}

struct OneOfMany: Decodable, Sendable {
  let id: Int
  let session: String
  let message: String
}

/// What is said of anything.
struct Report: Encodable, Sendable {
  let report: String
  var id: Int?
  var began_ms: Int?
  var elapsed_ms: Int?
  var result: String?
  var session: String?
  var request_id: String?
  var kind: String?
  var outcome: String?
  var attempts: Int?
  var token: String?
  var said: String?
}

/// Says something in one piece, at once: nothing may be left in a buffer when the process is killed.
func say(_ report: Report) {
  var line = (try? JSONEncoder().encode(report)) ?? Data()
  line.append(0x0a)
  writing.lock()
  defer { writing.unlock() }
  FileHandle.standardOutput.write(line)
}

private let writing = NSLock()

extension Report {
  static func answered(_ answer: Answer) -> Report {
    var report = Report(report: "ended")
    report.result = "answered"
    report.session = answer.sessionID
    report.request_id = answer.requestID
    report.attempts = answer.meta.attempts
    report.said = "\(answer) \(String(reflecting: answer))"
    return report
  }

  static func failed(_ error: UppzyError) -> Report {
    var report = Report(report: "ended")
    report.result = "error"
    report.kind = error.kind.rawValue
    report.outcome = error.outcome.rawValue
    report.attempts = error.attempts.count
    report.token = error.token
    report.said = "\(error) \(String(reflecting: error)) \(error.json) \(error.report())"
    return report
  }

  static func ended(_ result: String) -> Report {
    var report = Report(report: "ended")
    report.result = result
    return report
  }
}
