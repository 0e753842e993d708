import Uppzy
import UppzyTesting

private let seed: UInt64 = 7

/// The clock of a scenario; none for real time.
func makeClock(_ scenario: Scenario) throws -> TestClock? {
  switch scenario.clock {
  case "virtual": try TestClock.virtual(seed: seed, silence: .seconds(scenario.silence))
  case "manual": TestClock.manual(seed: seed)
  default: nil
  }
}

/// A client with these options; null means not given at all.
func makeClient(_ options: JSONObject, _ space: Control, _ clock: TestClock?) throws -> UppzyClient {
  let own: JSONObject = [
    "base_url": .string(space.text("base_url")), "api_key": .string(space.text("api_key")),
    "tenant_id": .string(space.text("tenant_id")), "site_id": .string(space.text("site_id")),
  ]
  let given = own.merging(options) { _, stated in stated }.filter { !$0.value.isNull }
  var configuration = Configuration()
  configuration.environment = [:]
  for (name, value) in given {
    try set(name, value, in: &configuration)
  }
  return try UppzyClient(clock.map { configuration.with($0) } ?? configuration)
}

private func set(_ name: String, _ value: JSONValue, in configuration: inout Configuration) throws {
  switch name {
  case "api_key": configuration.apiKey = value.stringValue
  case "api_key_file": configuration.apiKeyFile = value.stringValue
  case "bearer_token": configuration.bearerToken = value.stringValue
  case "base_url": configuration.baseURL = value.stringValue
  case "tenant_id": configuration.tenantID = value.stringValue
  case "site_id": configuration.siteID = value.stringValue
  case "headers": configuration.headers = texts(value)
  case "allow_http": configuration.allowHTTP = value.boolValue
  case "ca_file": configuration.caFile = value.stringValue
  case "ca_pem": configuration.caPEM = value.stringValue
  case "proxy": configuration.proxy = value.stringValue
  case "timeout": configuration.timeout = duration(value)
  case "send_timeout": configuration.sendTimeout = duration(value)
  case "upload_timeout": configuration.uploadTimeout = duration(value)
  case "ask_timeout": configuration.askTimeout = duration(value)
  case "connect_timeout": configuration.connectTimeout = duration(value)
  case "body_stall_timeout": configuration.bodyStallTimeout = duration(value)
  case "max_in_flight": configuration.maxInFlight = value.intValue
  case "retry": configuration.retry = try retryPolicy(value)
  case "retry_unknown": configuration.retryUnknown = value.boolValue
  case "poll": configuration.poll = value == "worker" ? .worker : try pollSchedule(value)
  case "max_poll_rate": configuration.maxPollRate = value.doubleValue
  case "journal_capacity": configuration.journalCapacity = value.intValue
  case "user_agent_suffix": configuration.userAgentSuffix = value.stringValue
  case "environment": configuration.environment = texts(value)
  default: throw Fault("there is no option \(name)")
  }
}

func duration(_ value: JSONValue?) -> Duration? {
  value?.doubleValue.map { .seconds($0) }
}

private func texts(_ value: JSONValue) -> [String: String] {
  (value.objectValue ?? [:]).compactMapValues(\.stringValue)
}

private func retryPolicy(_ value: JSONValue) throws -> RetryPolicy {
  var policy = RetryPolicy()
  for (name, value) in value.objectValue ?? [:] {
    switch name {
    case "max_attempts": policy.maxAttempts = value.intValue
    case "base": policy.base = duration(value)
    case "cap": policy.cap = duration(value)
    case "throttled_base": policy.throttledBase = duration(value)
    case "throttled_cap": policy.throttledCap = duration(value)
    case "max_retry_after": policy.maxRetryAfter = duration(value)
    default: throw Fault("there is no option retry.\(name)")
    }
  }
  return policy
}

private func pollSchedule(_ value: JSONValue) throws -> PollSchedule {
  var schedule = PollSchedule()
  for (name, value) in value.objectValue ?? [:] {
    switch name {
    case "first": schedule.first = duration(value)
    case "share": schedule.share = value.doubleValue
    case "least": schedule.least = duration(value)
    case "most": schedule.most = duration(value)
    case "jitter": schedule.jitter = value.doubleValue
    case "timeout": schedule.timeout = duration(value)
    default: throw Fault("there is no option poll.\(name)")
    }
  }
  return schedule
}
