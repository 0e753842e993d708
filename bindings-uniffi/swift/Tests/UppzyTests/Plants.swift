import Foundation
import Uppzy

/// What is planted wherever a program can put it, and how it is found again.
enum Plants {
  /// By the names that the test and its program know them by.
  static let all = [
    "key": "KeyPlant7Gq2Xw9Zt4",
    "bearer": "BearerPlant3Vb8Nm6Kd",
    "header": "HeaderPlant5Yc1Rf7Lp",
    "message": "MessagePlant9 Uj3Ea8 why does my \"green\" lampüp hum?",
    "answer": "AnswerPlant2 Ok6Bt1 because its choke is old",
    "title": "TitlePlant8 Pz4Xs7 humming lamps",
    "email": "email.plant4+lq0@canary-shop.test",
    "secret": "SessionPlant1-Gh5Tf9Vc3",
  ]

  /// A run of 12 characters of a plant is a leak: it holds one of these parts, as it is or as JSON writes it.
  private static let forms: Set<String> = {
    let parts = all.values.flatMap { plant in
      stride(from: 0, through: plant.count - 10, by: 3).map { String(plant.dropFirst($0).prefix(10)) }
    }
    let written = parts + ["canary-shop", "email.plant4"]
    return Set(written + written.map { String(JSONValue.string($0).text.dropFirst().dropLast()) })
  }()
  private static let needles = forms.map { Array($0.utf8) }

  /// The first that stands there of the plants, with what is around it.
  static func leaks(_ place: String, _ text: [UInt8]) -> [String] {
    for needle in needles {
      guard let at = position(of: needle, in: text) else { continue }
      let around = text[max(0, at - 150)..<min(text.count, at + 100)]
      return [
        "\(place): \(String(decoding: needle, as: UTF8.self)) in \(String(decoding: around, as: UTF8.self))"
      ]
    }
    return []
  }

  private static func position(of needle: [UInt8], in text: [UInt8]) -> Int? {
    text.withUnsafeBytes { text in
      guard let start = text.baseAddress else { return nil }
      return memmem(start, text.count, needle, needle.count).map { UnsafeRawPointer($0) - start }
    }
  }
}
