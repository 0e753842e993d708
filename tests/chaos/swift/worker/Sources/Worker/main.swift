import Foundation
import Uppzy

// The worker of the chaos run in Swift: is told on its standard input what to do, and says on its standard
// output what came of it, a line of JSON each.

var client = try UppzyClient()
/// Reading blocks a thread, which must not be one of those that calls need. It ends with the last order: the exit
/// waits for whoever is inside a read of the standard input.
let lines = AsyncStream<String> { lines in
  Thread.detachNewThread {
    while let line = readLine() {
      lines.yield(line)
      if line.contains(#""order":"finish""#) { break }
    }
    lines.finish()
  }
}
say(Report(report: "ready"))
reading: for await line in lines {
  let order = try JSONDecoder().decode(Order.self, from: Data(line.utf8))
  switch order.order {
  case "call":
    let current = client
    Task {
      do {
        try await call(current, order)
      } catch {
        FileHandle.standardError.write(Data("a call threw \(type(of: error))\n".utf8))
      }
    }
  case "set_key":
    try client.setAPIKey(order.key ?? "")
    say(Report(report: "key_set"))
  case "renew":
    client.close()
    var configuration = Configuration()
    configuration.apiKey = order.key
    client = try UppzyClient(configuration)
  case "close":
    client.close()
    var closed = Report(report: "closed")
    let metrics = try client.metrics()
    closed.said = "\(client) \(metrics) \(metrics.prometheusText)"
    say(closed)
  default:
    break reading
  }
}
