import Foundation
import Uppzy

/// When a call began, and how long it has taken.
struct Began: Sendable {
  private let wall = Date()
  private let monotonic = ContinuousClock.now

  func say(_ id: Int, _ report: Report) {
    var report = report
    report.id = id
    report.began_ms = Int(wall.timeIntervalSince1970 * 1_000)
    report.elapsed_ms = Int((ContinuousClock.now - monotonic) / .milliseconds(1))
    Worker.say(report)
  }
}

/// Makes a call, cancels it if the order says so, and says how it ended.
func call(_ client: UppzyClient, _ order: Order) async throws {
  let began = Began()
  let work = Task {
    if let questions = order.questions, !questions.isEmpty {
      try await askMany(client, order, questions, began)
    } else {
      began.say(order.id ?? 0, try await ended { try await operation(client, order) })
    }
  }
  let cancel = order.cancel_after_ms ?? 0
  let canceller = Task {
    if cancel > 0 {
      try await Task.sleep(for: .milliseconds(cancel))
      work.cancel()
    }
  }
  defer { canceller.cancel() }
  try await work.value
}

/// How an operation ended; anything but ours and a cancellation is passed on.
func ended(_ operation: () async throws -> Report) async throws -> Report {
  do {
    return try await operation()
  } catch let error as UppzyError {
    return .failed(error)
  } catch is CancellationError {
    return .ended("cancelled")
  }
}

func askMany(
  _ client: UppzyClient, _ order: Order, _ questions: [OneOfMany], _ began: Began
) async throws {
  let asked = questions.map { Question($0.message, sessionID: $0.session, email: order.email) }
  var left = Set(questions.map(\.id))
  do {
    let outcomes = client.chat.askMany(
      asked, timeout: timeout(order), retryUnknown: order.retry_unknown)
    for try await outcome in outcomes {
      let id = questions[outcome.index].id
      left.remove(id)
      switch outcome.result {
      case .success(let answer): began.say(id, .answered(answer))
      case .failure(let error): began.say(id, .failed(error))
      }
    }
    // A sequence whose task is cancelled may just end.
    guard left.isEmpty || Task.isCancelled else { return }
    left.forEach { began.say($0, .ended("cancelled")) }
  } catch is CancellationError {
    left.forEach { began.say($0, .ended("cancelled")) }
  }
}

func timeout(_ order: Order) -> Duration { .milliseconds(order.timeout_ms ?? 0) }

func operation(_ client: UppzyClient, _ order: Order) async throws -> Report {
  let (timeout, retryUnknown) = (timeout(order), order.retry_unknown)
  let (message, session) = (order.message ?? "", order.session ?? "")
  switch order.operation {
  case "chat.ask":
    return .answered(
      try await client.chat.ask(
        message, sessionID: session, email: order.email, timeout: timeout, retryUnknown: retryUnknown))
  case "chat.send":
    return .answered(
      try await client.chat.send(
        message, sessionID: session, email: order.email, timeout: timeout, retryUnknown: retryUnknown))
  case "chat.submit":
    let pending = try await client.chat.submit(
      message, sessionID: session, email: order.email, timeout: timeout, retryUnknown: retryUnknown)
    var accepted = Report(report: "accepted")
    accepted.id = order.id
    accepted.token = pending.token
    say(accepted)
    return .answered(try await pending.result(timeout: timeout))
  case "chat.resume":
    return .answered(try await client.chat.resume(order.token ?? "").result(timeout: timeout))
  case "chat.poll_once":
    switch try await client.chat.pollOnce(order.token ?? "", timeout: timeout) {
    case .completed(let answer): return .answered(answer)
    case .failed(let error): return .failed(error)
    case .pending: return .ended("pending")
    }
  case "chat.feedback":
    _ = try await client.chat.feedback(
      .good, sessionID: session, requestID: order.request_id ?? "", timeout: timeout)
  case "sessions.close":
    try await client.sessions.close(session, timeout: timeout)
  case "documents.create_text":
    _ = try await client.documents.createText(
      title: order.title ?? "", content: message, timeout: timeout, retryUnknown: retryUnknown)
  case "documents.upload":
    _ = try await client.documents.upload(
      Data(message.utf8), fileName: order.title ?? "", timeout: timeout, retryUnknown: retryUnknown)
  default:
    _ = try await client.tenant.get(timeout: timeout)
  }
  return .ended("answered")
}
