// The native layer's requests by their names, so that each gives what its operation gives.

internal import UppzyGenerated

/// The reply as what it must be.
private func expected<Value>(_ value: Value?) throws -> Value {
  guard let value else {
    throw UppzyError(internalFault(reason: "a reply is of another kind than its request"))
  }
  return value
}

extension Reply {
  fileprivate var asOpen: OpenData? { if case .open(let value) = self { value } else { nil } }
  fileprivate var asDocuments: DocumentListData? {
    if case .documents(let value) = self { value } else { nil }
  }
  fileprivate var asDocument: DocumentData? { if case .document(let value) = self { value } else { nil } }
  fileprivate var asAnswer: AnswerData? { if case .answer(let value) = self { value } else { nil } }
  fileprivate var asPending: NativePending? { if case .pending(let value) = self { value } else { nil } }
  fileprivate var asStatus: StatusData? { if case .status(let value) = self { value } else { nil } }
  fileprivate var asPolled: PolledData? { if case .polled(let value) = self { value } else { nil } }
  fileprivate var asReceipt: ReceiptData? { if case .receipt(let value) = self { value } else { nil } }
  fileprivate var asSessions: SessionListData? { if case .sessions(let value) = self { value } else { nil } }
  fileprivate var asSession: SessionData?? { if case .session(let value) = self { value } else { nil } }
  fileprivate var asAsked: [AskedData]? { if case .asked(let value) = self { value } else { nil } }
  fileprivate var asWaited: [WaitedData]? { if case .waited(let value) = self { value } else { nil } }
  fileprivate var asStates: [StatusData]? { if case .states(let value) = self { value } else { nil } }
  fileprivate var asEvents: [EventData]? { if case .events(let value) = self { value } else { nil } }
  fileprivate var asStep: UploadStep? { if case .step(let value) = self { value } else { nil } }
}

extension NativeClient {
  func tenantGet(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .tenant(request: .get(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func tenantLimits(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .tenant(request: .limits(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func tenantUsage(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .tenant(request: .usage(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func tenantUsageHistory(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .tenant(request: .usageHistory(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func tenantStatistics(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .tenant(request: .statistics(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func siteGet(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .site(request: .get(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func siteStatistics(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .site(request: .statistics(query: query)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func siteUserStatistics(
    email: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .site(request: .userStatistics(email: email)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func siteWidgetConfig(
    settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .site(request: .widgetConfig),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func siteUpdateWidgetConfig(
    patch: JsonValue, settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .site(request: .updateWidgetConfig(patch: patch)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func documentsList(
    query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> DocumentListData {
    let reply = try await perform(
      client: number(), settings: settings, request: .documents(request: .all(query: query)),
      cancellation: cancellation)
    return try expected(reply.asDocuments)
  }

  func documentsCreateText(
    title: String, content: String, category: String?, settings: CallSettings, cancellation: Cancellation
  ) async throws -> DocumentData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .documents(request: .createText(title: title, content: content, category: category)),
      cancellation: cancellation)
    return try expected(reply.asDocument)
  }

  func documentsCreateQa(
    title: String, question: String, answer: String, category: String?, settings: CallSettings,
    cancellation: Cancellation
  ) async throws -> DocumentData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .documents(
        request: .createQa(title: title, question: question, answer: answer, category: category)),
      cancellation: cancellation)
    return try expected(reply.asDocument)
  }

  func documentsUpdate(
    documentId: String, patch: JsonValue, settings: CallSettings, cancellation: Cancellation
  ) async throws -> DocumentData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .documents(request: .update(documentId: documentId, patch: patch)),
      cancellation: cancellation)
    return try expected(reply.asDocument)
  }

  func documentsSetStatus(
    ids: [String], status: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .documents(request: .setStatus(ids: ids, status: status)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func documentsDelete(
    ids: [String], settings: CallSettings, cancellation: Cancellation
  ) async throws -> OpenData {
    let reply = try await perform(
      client: number(), settings: settings, request: .documents(request: .delete(ids: ids)),
      cancellation: cancellation)
    return try expected(reply.asOpen)
  }

  func chatAsk(
    question: QuestionData, settings: CallSettings, cancellation: Cancellation
  ) async throws -> AnswerData {
    let reply = try await perform(
      client: number(), settings: settings, request: .chat(request: .ask(question: question)),
      cancellation: cancellation)
    return try expected(reply.asAnswer)
  }

  func chatAskWithFallback(
    question: QuestionData, fallback: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> AnswerData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .chat(request: .askWithFallback(question: question, fallback: fallback)),
      cancellation: cancellation)
    return try expected(reply.asAnswer)
  }

  func chatSend(
    question: QuestionData, settings: CallSettings, cancellation: Cancellation
  ) async throws -> AnswerData {
    let reply = try await perform(
      client: number(), settings: settings, request: .chat(request: .send(question: question)),
      cancellation: cancellation)
    return try expected(reply.asAnswer)
  }

  func chatSubmit(
    question: QuestionData, settings: CallSettings, cancellation: Cancellation
  ) async throws -> NativePending {
    let reply = try await perform(
      client: number(), settings: settings, request: .chat(request: .submit(question: question)),
      cancellation: cancellation)
    return try expected(reply.asPending)
  }

  func chatStatus(
    requestId: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> StatusData {
    let reply = try await perform(
      client: number(), settings: settings, request: .chat(request: .status(requestId: requestId)),
      cancellation: cancellation)
    return try expected(reply.asStatus)
  }

  func chatPollOnce(
    token: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> PolledData {
    let reply = try await perform(
      client: number(), settings: settings, request: .chat(request: .pollOnce(token: token)),
      cancellation: cancellation)
    return try expected(reply.asPolled)
  }

  func chatFeedback(
    sessionId: String, requestId: String, feedback: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> ReceiptData {
    let reply = try await perform(
      client: number(), settings: settings,
      request: .chat(request: .feedback(sessionId: sessionId, requestId: requestId, feedback: feedback)),
      cancellation: cancellation)
    return try expected(reply.asReceipt)
  }

  func sessionsList(
    email: String?, query: [Pair], settings: CallSettings, cancellation: Cancellation
  ) async throws -> SessionListData {
    let reply = try await perform(
      client: number(), settings: settings, request: .sessions(request: .all(email: email, query: query)),
      cancellation: cancellation)
    return try expected(reply.asSessions)
  }

  func sessionsClose(
    sessionId: String, settings: CallSettings, cancellation: Cancellation
  ) async throws {
    _ = try await perform(
      client: number(), settings: settings, request: .sessions(request: .close(sessionId: sessionId)),
      cancellation: cancellation)
  }

  func sessionsLatestOpen(
    email: String, settings: CallSettings, cancellation: Cancellation
  ) async throws -> SessionData? {
    let reply = try await perform(
      client: number(), settings: settings, request: .sessions(request: .latestOpen(email: email)),
      cancellation: cancellation)
    return try expected(reply.asSession)
  }
}

/// A request that names what it is about, and needs no client.
private func asked(_ request: Request, _ settings: CallSettings, _ cancellation: Cancellation?) async throws
  -> Reply
{
  try await perform(client: 0, settings: settings, request: request, cancellation: cancellation)
}

extension NativePending {
  func result(settings: CallSettings, cancellation: Cancellation) async throws -> AnswerData {
    let reply = try await asked(.pending(request: .result(pending: self)), settings, cancellation)
    return try expected(reply.asAnswer)
  }

  func status(settings: CallSettings, cancellation: Cancellation) async throws -> StatusData {
    let reply = try await asked(.pending(request: .status(pending: self)), settings, cancellation)
    return try expected(reply.asStatus)
  }

  func pollOnce(settings: CallSettings, cancellation: Cancellation) async throws -> PolledData {
    let reply = try await asked(.pending(request: .pollOnce(pending: self)), settings, cancellation)
    return try expected(reply.asPolled)
  }
}

private let plain = CallSettings(timeout: nil, retryUnknown: nil)

extension NativeAsked {
  func next(cancellation: Cancellation?) async throws -> [AskedData] {
    let reply = try await asked(.stream(request: .asked(asked: self)), plain, cancellation)
    return try expected(reply.asAsked)
  }
}

extension NativeWaited {
  func next(cancellation: Cancellation?) async throws -> [WaitedData] {
    let reply = try await asked(.stream(request: .waited(waited: self)), plain, cancellation)
    return try expected(reply.asWaited)
  }
}

extension NativeStates {
  func next(cancellation: Cancellation?) async throws -> [StatusData] {
    let reply = try await asked(.stream(request: .states(states: self)), plain, cancellation)
    return try expected(reply.asStates)
  }
}

extension NativeEvents {
  func next(cancellation: Cancellation?) async throws -> [EventData] {
    let reply = try await asked(.stream(request: .events(events: self)), plain, cancellation)
    return try expected(reply.asEvents)
  }
}

extension NativeUpload {
  func step(cancellation: Cancellation?) async throws -> UploadStep {
    let reply = try await asked(.stream(request: .upload(upload: self)), plain, cancellation)
    return try expected(reply.asStep)
  }
}
