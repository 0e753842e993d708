import Foundation
import Uppzy

/// Makes the files of a scenario, and notes under each one's name where it is.
func writeFiles(_ folder: URL, _ files: JSONObject, _ saved: inout JSONObject) throws {
  for (name, file) in files {
    let path = folder.appendingPathComponent(file["name"]?.stringValue ?? "")
    try content(of: file).write(to: path)
    saved[name] = ["path": .string(path.path)]
  }
}

private func content(of file: JSONValue) throws -> Data {
  let given = Set((file.objectValue ?? [:]).keys).subtracting(["name"])
  if given == ["text"], let text = file["text"]?.stringValue {
    return Data(text.utf8)
  }
  if given == ["base64"], let text = file["base64"]?.stringValue, let data = Data(base64Encoded: text) {
    return data
  }
  if given == ["size"], let size = file["size"]?.intValue {
    return Data(repeating: UInt8(ascii: "x"), count: size)
  }
  throw Fault("\(file.text): give one of text, base64 and size")
}
