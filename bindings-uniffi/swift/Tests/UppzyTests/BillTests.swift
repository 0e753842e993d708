import Foundation
import Testing
import Uppzy

/// Beside the native library lies, in CycloneDX's form, what it was linked from.
@Suite struct BillTests {
  @Test func theLibraryHasABillOfMaterials() throws {
    let environment = ProcessInfo.processInfo.environment
    let library = URL(
      fileURLWithPath: try #require(environment["UPPZY_LIBRARY"], "the checks name the library here"))
    #expect(FileManager.default.fileExists(atPath: library.path))
    let file = library.deletingPathExtension().appendingPathExtension("cdx.json")
    let bill = try JSONValue(parsing: String(contentsOf: file, encoding: .utf8))
    #expect(bill["bomFormat"] == "CycloneDX" && bill["specVersion"] == "1.5")
    let whole = try #require(bill["metadata"]?["component"])
    #expect(whole["name"] == "uppzy-uniffi")
    let parts = try [whole] + #require(bill["components"]?.arrayValue)
    let named = try parts.map { part in
      let name = try #require(part["name"]?.stringValue)
      let version = try #require(part["version"]?.stringValue)
      #expect(part["purl"]?.stringValue?.hasPrefix("pkg:cargo/\(name)@") == true)
      #expect(part["licenses"]?[0]?["expression"]?.stringValue?.isEmpty == false, "\(name)")
      return "\(name) \(version)"
    }
    let linked = try #require(environment["UPPZY_LINKED"], "and the crates that are linked into it here")
    #expect(named.sorted() == linked.split(separator: "\n").map(String.init).sorted())
    #expect(named.contains { $0.hasPrefix("rustls ") })
  }
}
