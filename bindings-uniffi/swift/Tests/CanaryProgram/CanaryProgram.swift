import Foundation
import Uppzy

/// Makes every call with planted words, and writes down all that can be seen of it from outside. What is planted,
/// and where the servers are, comes in as JSON.
@main struct CanaryProgram {
  static func main() async throws {
    let given = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    try await Canary(given: JSONValue(parsing: given)).run()
  }
}
