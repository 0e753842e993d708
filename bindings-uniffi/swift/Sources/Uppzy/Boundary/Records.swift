internal import UppzyGenerated

extension Meta {
  init(_ data: MetaData) {
    self.init(
      attempts: Int(data.attempts), polls: Int(data.polls), elapsed: .seconds(data.elapsed),
      httpStatus: Int(data.httpStatus), httpRequestID: data.httpRequestId)
  }
}

extension Answer {
  init(_ data: AnswerData) {
    self.init(
      sessionID: data.sessionId, requestID: data.requestId, answer: data.answer,
      confidenceLevel: data.confidenceLevel.map { ConfidenceLevel(rawValue: $0) },
      confidenceScore: data.confidenceScore, isFallback: data.isFallback, extra: fields(data.extra),
      raw: data.raw, meta: Meta(data.meta))
  }
}

extension ChatStatus {
  init(_ data: StatusData) {
    self.init(
      requestID: data.requestId, sessionID: data.sessionId, status: RequestStatus(rawValue: data.status),
      statusText: data.statusText, isFinished: data.isFinished, answer: data.answer, error: data.error,
      confidenceLevel: data.confidenceLevel.map { ConfidenceLevel(rawValue: $0) },
      confidenceScore: data.confidenceScore, extra: fields(data.extra), raw: data.raw,
      meta: Meta(data.meta))
  }
}

extension FeedbackReceipt {
  init(_ data: ReceiptData) {
    self.init(
      status: data.status, requestID: data.requestId, feedback: data.feedback,
      feedbackSubmittedAt: data.feedbackSubmittedAt, isFirst: data.isFirst, extra: fields(data.extra),
      raw: data.raw, meta: Meta(data.meta))
  }
}

extension Document {
  init(_ data: DocumentData) {
    self.init(
      id: data.id, title: data.title, category: data.category,
      status: data.status.map { DocumentStatus(rawValue: $0) }, ready: data.ready,
      createdAt: data.createdAt, updatedAt: data.updatedAt, extra: fields(data.extra), raw: data.raw,
      meta: Meta(data.meta))
  }
}

extension Session {
  init(_ data: SessionData) {
    self.init(
      id: data.id, email: data.email, createdAt: data.createdAt, updatedAt: data.updatedAt,
      closedAt: data.closedAt, messageCount: data.messageCount.map { Int($0) }, isOpen: data.isOpen,
      extra: fields(data.extra), raw: data.raw, meta: Meta(data.meta))
  }
}

extension OpenObject {
  init(_ data: OpenData) {
    self.init(fields: Uppzy.fields(data.fields), raw: data.raw, meta: Meta(data.meta))
  }
}

extension Listing<Document> {
  init(_ data: DocumentListData) {
    self.init(
      items: data.items.map { Document($0) }, extra: fields(data.extra), raw: data.raw,
      meta: Meta(data.meta))
  }
}

extension Listing<Session> {
  init(_ data: SessionListData) {
    self.init(
      items: data.items.map { Session($0) }, extra: fields(data.extra), raw: data.raw,
      meta: Meta(data.meta))
  }
}

extension PollOutcome {
  init(_ data: PolledData) {
    switch data {
    case .stillPending(let delay): self = .pending(retryIn: .seconds(delay))
    case .completed(let answer): self = .completed(Answer(answer))
    case .failed(let details): self = .failed(UppzyError(details))
    }
  }
}

extension QuestionData {
  init(
    _ message: String, _ sessionID: String, _ email: String?, _ responseLanguage: String?,
    _ resumeToken: String? = nil
  ) {
    self.init(
      sessionId: sessionID, message: message, email: email, responseLanguage: responseLanguage,
      resumeToken: resumeToken)
  }

  init(_ question: Question) {
    self.init(
      sessionId: question.sessionID, message: question.message, email: question.email,
      responseLanguage: question.responseLanguage, resumeToken: question.resumeToken)
  }
}

extension Question {
  init(_ data: QuestionData) {
    self.init(
      data.message, sessionID: data.sessionId, email: data.email,
      responseLanguage: data.responseLanguage, resumeToken: data.resumeToken)
  }
}

extension Query {
  var pairs: [Pair] { items.map { Pair(name: $0.name, value: $0.value) } }
}

/// Fields that cross as text, since most callers never look at them; empty if there are none.
private func fields(_ text: String) -> JSONObject {
  guard !text.isEmpty else { return [:] }
  // The native layer has written it.
  return (try? JSONValue(parsing: text))?.objectValue ?? [:]
}
