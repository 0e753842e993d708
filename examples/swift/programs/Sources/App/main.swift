/// What an app does: it asks through your own gateway, which holds the API key in its place.
///
/// No API key belongs in an app, since whoever installs it can read the key out of it. The app knows what
/// the gateway has handed out when the user logged in: a token, the site, and the beginning of the user's
/// session ids. `examples/gateway` is such a gateway.
import Foundation
import Uppzy

/// What the login has handed to the app.
struct Login: Decodable {
  let token: String
  let siteID: String
  let sessionPrefix: String

  enum CodingKeys: String, CodingKey {
    case token
    case siteID = "site_id"
    case sessionPrefix = "session_prefix"
  }
}

func run() async throws {
  let variables = ProcessInfo.processInfo.environment
  guard let gateway = variables["GATEWAY_URL"], let handed = variables["GATEWAY_LOGIN"] else {
    print("Set GATEWAY_URL and GATEWAY_LOGIN, the line that `python gateway.py USER` prints.")
    exit(2)
  }
  let login = try JSONDecoder().decode(Login.self, from: Data(handed.utf8))
  let client = try UppzyClient(.gateway(gateway, bearerToken: login.token, siteID: login.siteID))

  // The user's own conversation; one of another person is refused by the gateway.
  let session = variables["SESSION_ID"] ?? login.sessionPrefix
  do {
    let answer = try await client.chat.ask("How do I return a lamp?", sessionID: session)
    print("Answer: \(answer.text)")
    _ = try await client.chat.feedback(.good, sessionID: session, requestID: answer.requestID)
    print("Thank you for rating it.")
  } catch let error as UppzyError {
    // What a user may read; the log gets the rest.
    print("Sorry: \(error.userMessage)")
    FileHandle.standardError.write(Data("\(error.kind): \(error)\n".utf8))
    exit(1)
  }
}

try await run()
