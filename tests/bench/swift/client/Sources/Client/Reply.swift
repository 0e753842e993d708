import Foundation

// The question and the answer of the client that knows nothing of the API.

let key = "bench-key-0123456789"
let message = "Can I return a lamp that I bought three weeks ago without its box?"
let session = "bench-session"

struct Question: Encodable {
  let session_id: String
  let message: String
}

/// An answer as an application would hold it.
struct Reply: Decodable {
  let sessionID: String
  let requestID: String
  let answer: String?
  let confidenceLevel: String?
  let confidenceScore: Double?
  let status: String?

  enum CodingKeys: String, CodingKey {
    case sessionID = "session_id"
    case requestID = "request_id"
    case answer
    case confidenceLevel = "confidence_level"
    case confidenceScore = "confidence_score"
    case status
  }
}

enum Failure: Error {
  case unexpectedAnswer
  case status(Int)
  case unknownClient(String)
}

func check(_ answer: String?, _ score: Double?) throws {
  guard answer?.isEmpty == false, score != nil else { throw Failure.unexpectedAnswer }
}
