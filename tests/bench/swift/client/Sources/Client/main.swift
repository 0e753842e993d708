import Foundation

// One client in a process of its own: does a job, and prints what it took as a line of JSON.

/// Sends one question, and comes to the answer.
typealias Send = @Sendable () async throws -> Void

/// Processor time of this process with all its threads, in seconds.
func used() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The most memory that was resident so far, in bytes.
func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
  return (Int(line.filter(\.isNumber)) ?? 0) * 1024
}

func inTasks(_ send: @escaping Send, _ requests: Int, _ tasks: Int) async throws -> [Double] {
  try await withThrowingTaskGroup(of: [Double].self) { group in
    for _ in 0..<tasks {
      group.addTask {
        var times: [Double] = []
        for _ in 0..<(requests / tasks) {
          let began = ContinuousClock.now
          try await send()
          times.append((ContinuousClock.now - began) / .milliseconds(1))
        }
        return times
      }
    }
    return try await group.reduce(into: []) { $0 += $1 }
  }
}

func send(_ one: @escaping Send, _ requests: Int, _ concurrency: Int) async throws -> String {
  _ = try await inTasks(one, max(concurrency, requests / 5), concurrency)
  let (cpu, began) = (used(), ContinuousClock.now)
  let times = try await inTasks(one, requests, concurrency).sorted()
  let (spent, wall) = (used() - cpu, (ContinuousClock.now - began) / .seconds(1))
  let count = times.count
  return """
    {"cpu_per_10k":\(spent * 10_000 / Double(count)),"requests_per_second":\(Double(count) / wall),\
    "p50_ms":\(times[count / 2]),"p99_ms":\(times[min(count - 1, count * 99 / 100)]),\
    "peak_memory":\(peakMemory())}
    """
}

func make(_ name: String, _ url: String, _ concurrency: Int) throws -> Send {
  switch name {
  case "uppzy": return try withUppzy(url)
  case "URLSession": return try withURLSession(url, concurrency)
  default: throw Failure.unknownClient(name)
  }
}

let arguments = Array(CommandLine.arguments.dropFirst())
let (job, name, url) = (arguments[0], arguments[1], arguments[2])
let numbers = arguments.dropFirst(3).compactMap { Int($0) }
switch job {
case "cold":
  // Without a name it is the program itself that is measured.
  if !name.isEmpty {
    try await make(name, url, 1)()
  }
  print("{\"cpu_ms\":\(used() * 1e3),\"peak_memory\":\(peakMemory())}")
case "many":
  let (cpu, began) = (used(), ContinuousClock.now)
  if name == "uppzy" {
    try await manyWithUppzy(url, numbers[0])
  } else {
    try await manyWithURLSession(url, numbers[0])
  }
  let (spent, wall) = (used() - cpu, (ContinuousClock.now - began) / .seconds(1))
  print(
    "{\"cpu_per_10k\":\(spent * 10_000 / Double(numbers[0])),\"seconds\":\(wall),\"peak_memory\":\(peakMemory())}"
  )
default:
  print(try await send(make(name, url, numbers[1]), numbers[0], numbers[1]))
}
exit(0)
