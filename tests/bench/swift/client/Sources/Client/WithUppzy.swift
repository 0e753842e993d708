import Uppzy

func client(_ url: String) throws -> UppzyClient {
  var configuration = Configuration()
  configuration.baseURL = url
  configuration.apiKey = key
  configuration.siteID = "site-bench"
  configuration.environment = [:]
  return try UppzyClient(configuration)
}

func withUppzy(_ url: String) throws -> Send {
  let uppzy = try client(url)
  return {
    let answer = try await uppzy.chat.send(message, sessionID: session)
    try check(answer.text, answer.confidenceScore)
  }
}

func manyWithUppzy(_ url: String, _ answers: Int) async throws {
  let questions = (0..<answers).map { _ in Uppzy.Question(message, sessionID: session) }
  var done = 0
  let outcomes = try client(url).chat.askMany(
    questions, concurrency: answers, timeout: .seconds(300))
  for try await outcome in outcomes {
    if case .success = outcome.result { done += 1 }
  }
  guard done == answers else { throw Failure.unexpectedAnswer }
}
