import Foundation
import Uppzy

/// The error as scenarios see it.
func errorFields(_ error: UppzyError) -> JSONValue {
  var fields = error.json.objectValue ?? [:]
  fields["queue_verdict"] = verdictFields(error.queueVerdict())
  fields["report"] = .string(error.report())
  return .object(fields)
}

private func verdictFields(_ verdict: QueueVerdict) -> JSONValue {
  switch verdict {
  case .retry(let delay): ["action": "retry_in", "seconds": seconds(delay)]
  case .resume(let token, let delay):
    ["action": "resume", "token": .string(token), "seconds": seconds(delay)]
  case .giveUp(let reason): ["action": "give_up", "reason": .string(reason)]
  case .configIncident(let reason): ["action": "config_incident", "reason": .string(reason)]
  }
}

private func seconds(_ time: Duration) -> JSONValue {
  .number(Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
}

/// What a pending answer tells of itself.
func pendingFields(_ pending: PendingAnswer) -> JSONValue {
  [
    "request_id": .string(pending.requestID), "session_id": .string(pending.sessionID),
    "submitted_at": .string(pending.submittedAt.sharedForm), "token": .string(pending.token),
  ]
}

/// What one look found.
func pollFields(_ outcome: PollOutcome) -> JSONValue {
  switch outcome {
  case .pending(let delay): ["state": "pending", "retry_in": seconds(delay)]
  case .completed(let answer): ["state": "completed", "answer": answer.json]
  case .failed(let error): ["state": "failed", "error": errorFields(error)]
  }
}

/// The results in the order of the questions, those to hand in again, and the progress.
func askedFields(_ outcomes: [AskOutcome], _ progress: [AskProgress]) -> JSONValue {
  let outcomes = outcomes.sorted { $0.index < $1.index }
  let failed = outcomes.filter { if case .failure = $0.result { true } else { false } }
  return [
    "outcomes": .array(outcomes.map { resultFields($0.index, $0.result) }),
    "failed": .array(failed.map { questionFields($0.question) }),
    "progress": .array(
      progress.map {
        [
          "done": .integer(Int64($0.done)), "failed": .integer(Int64($0.failed)),
          "total": .integer(Int64($0.total)),
        ]
      }),
  ]
}

private func questionFields(_ question: Question) -> JSONValue {
  func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
  return [
    "session_id": .string(question.sessionID), "message": .string(question.message),
    "email": text(question.email), "response_language": text(question.responseLanguage),
    "resume_token": text(question.resumeToken),
  ]
}

/// The results in the order of the tokens.
func waitedFields(_ outcomes: [WaitOutcome]) -> JSONValue {
  .array(outcomes.sorted { $0.index < $1.index }.map { resultFields($0.index, $0.result) })
}

private func resultFields(_ index: Int, _ result: Result<Answer, UppzyError>) -> JSONValue {
  switch result {
  case .success(let answer): ["index": .integer(Int64(index)), "result": answer.json]
  case .failure(let error): ["index": .integer(Int64(index)), "error": errorFields(error)]
  }
}
