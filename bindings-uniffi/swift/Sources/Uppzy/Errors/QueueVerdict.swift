internal import UppzyGenerated

/// What a job queue should do with a job that ended in an error.
public enum QueueVerdict: Sendable, Hashable {
  /// Run the job again after this wait.
  case retry(after: Duration)
  /// The question is on its way: do not submit it again, but resume with the token after this wait.
  case resume(token: String, after: Duration)
  /// Take the job off the queue, and use the fallback.
  case giveUp(reason: String)
  /// Stop the worker and call an operator: every job would fail the same way.
  case configIncident(reason: String)

  init(_ data: VerdictData) {
    switch data {
    case .retryIn(let delay): self = .retry(after: .seconds(delay))
    case .resume(let token, let delay): self = .resume(token: token, after: .seconds(delay))
    case .giveUp(let reason): self = .giveUp(reason: reason)
    case .configIncident(let reason): self = .configIncident(reason: reason)
    }
  }
}
