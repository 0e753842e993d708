package import UppzyGenerated

/// Settings of a client.
///
/// What is not given comes from the environment (`UPPZY_API_KEY`, `UPPZY_API_KEY_FILE`,
/// `UPPZY_BASE_URL`, `UPPZY_TENANT_ID`, `UPPZY_SITE_ID`, `UPPZY_CA_FILE`), and then from the defaults.
///
/// An app that others install holds no API key, since everybody could read it out of the app: it goes
/// through your own gateway, which adds the key. See ``gateway(_:bearerToken:siteID:)``.
public struct Configuration: Sendable {
  /// Settings of which each comes from the environment or has its default.
  public init() {}

  /// Settings for an app: your own gateway, which holds the API key in the app's place.
  ///
  /// - Parameters:
  ///   - baseURL: Where the gateway is, with the path that stands for `/api/v1`.
  ///   - bearerToken: What the gateway knows the user by. See also ``UppzyClient/setBearerToken(_:)``.
  ///   - siteID: The site, as the gateway names it.
  public static func gateway(_ baseURL: String, bearerToken: String, siteID: String) -> Configuration {
    var configuration = Configuration()
    configuration.baseURL = baseURL
    configuration.bearerToken = bearerToken
    configuration.siteID = siteID
    return configuration
  }

  /// The API key, for servers. Never in an app that others install: see ``bearerToken``.
  public var apiKey: String?
  /// A file that holds the API key; read again when it changes, and after a 401.
  public var apiKeyFile: String?
  /// A token for your own gateway, which holds the key in the client's place; needs ``baseURL``.
  public var bearerToken: String?
  /// Where the API is. Default: `https://api.uppzy.com/api/v1`.
  public var baseURL: String?
  /// The tenant that ``UppzyClient/tenant`` operations mean.
  public var tenantID: String?
  /// The site that all other operations mean.
  public var siteID: String?
  /// Headers to send with every request, for example some that your gateway asks for.
  public var headers: [String: String] = [:]
  /// Allow `http://` to a host that is not this machine; the key then travels in clear text.
  public var allowHTTP: Bool?
  /// A PEM file of certificate authorities to trust beside the system's.
  public var caFile: String?
  /// The same, as the PEM text itself.
  public var caPEM: String?
  /// An HTTP proxy. Default: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` of the environment.
  public var proxy: String?
  /// For a whole call, retries included. Default: 30 s.
  public var timeout: Duration?
  /// For ``Chat/send(_:sessionID:email:responseLanguage:timeout:retryUnknown:)``. Default: 90 s, as an answer may take 60 s.
  public var sendTimeout: Duration?
  /// For uploads. Default: 300 s.
  public var uploadTimeout: Duration?
  /// For ``Chat/ask(_:sessionID:email:responseLanguage:resumeToken:timeout:retryUnknown:)``, and for waiting for a pending answer. Default: 120 s.
  public var askTimeout: Duration?
  /// To wait for a connection, TLS included. Default: 5 s.
  public var connectTimeout: Duration?
  /// Of silence in the middle of an answer. Default: 20 s.
  public var bodyStallTimeout: Duration?
  /// How many requests may be under way at once; more wait. Default: 1,000.
  public var maxInFlight: Int?
  /// How often and how fast failed requests are repeated.
  public var retry: RetryPolicy?
  /// Repeat even where nobody can tell whether the server has done it already; a repeat can then
  /// double a message or a document. Default: false.
  public var retryUnknown: Bool?
  /// When the state of a pending answer is read.
  public var poll: PollSchedule?
  /// How many polls a second all waiting answers share. Default: 10, and more for each that waits.
  public var maxPollRate: Double?
  /// How many calls ``UppzyError/report()`` can look back on. Default: 64.
  public var journalCapacity: Int?
  /// Your application's name and version, for the User-Agent header.
  public var userAgentSuffix: String?
  /// Settings to use in place of the process's environment.
  public var environment: [String: String]?
  /// Another source of time, for tests.
  package var clock: TestClock?
}

/// How often and how fast a failed request is repeated. What is not given has its default.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts of a call, the first included; at least 1. Default: 3.
  public var maxAttempts: Int?
  /// The first back-off before its jitter. Default: 0.5 s.
  public var base: Duration?
  /// The longest back-off before its jitter. Default: 8 s.
  public var cap: Duration?
  /// The first back-off after 429 and 503. Default: 1 s.
  public var throttledBase: Duration?
  /// The longest back-off after 429 and 503. Default: 20 s.
  public var throttledCap: Duration?
  /// A server that asks for a longer wait than this gets no retry. Default: 60 s.
  public var maxRetryAfter: Duration?

  public init(
    maxAttempts: Int? = nil, base: Duration? = nil, cap: Duration? = nil,
    throttledBase: Duration? = nil, throttledCap: Duration? = nil, maxRetryAfter: Duration? = nil
  ) {
    self.maxAttempts = maxAttempts
    self.base = base
    self.cap = cap
    self.throttledBase = throttledBase
    self.throttledCap = throttledCap
    self.maxRetryAfter = maxRetryAfter
  }
}

/// When the state of a pending answer is read. A hint of the server wins. The default one learns
/// when the answers of a site come; any other is kept to as it is.
public struct PollSchedule: Sendable, Hashable {
  /// From the moment the server accepted the question to the first poll. Default: 2 s.
  public var first: Duration?
  /// The next wait as a share of the time since the question was accepted. Default: 0.12.
  public var share: Double?
  /// The shortest wait between two polls. Default: 1 s.
  public var least: Duration?
  /// The longest wait between two polls. Default: 5 s.
  public var most: Duration?
  /// How far a wait may be off its value either way, as a share of it. Default: 0.1.
  public var jitter: Double?
  /// The default total time of a wait under this schedule. Default: the client's.
  public var timeout: Duration?
  /// Whether it is the preset, in place of all of the above.
  let isWorker: Bool

  public init(
    first: Duration? = nil, share: Double? = nil, least: Duration? = nil, most: Duration? = nil,
    jitter: Double? = nil, timeout: Duration? = nil
  ) {
    self.init(first, share, least, most, jitter, timeout, isWorker: false)
  }

  private init(
    _ first: Duration?, _ share: Double?, _ least: Duration?, _ most: Duration?,
    _ jitter: Double?, _ timeout: Duration?, isWorker: Bool
  ) {
    self.first = first
    self.share = share
    self.least = least
    self.most = most
    self.jitter = jitter
    self.timeout = timeout
    self.isWorker = isWorker
  }

  /// The fixed schedule of the vendor's playbook: every 2.5 s, for 45 s. Its fields are not looked at.
  public static let worker = PollSchedule(nil, nil, nil, nil, nil, nil, isWorker: true)
}

extension Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("Configuration")
      .with("baseURLGiven", baseURL != nil)
      .with("tenantID", tenantID)
      .with("siteID", siteID)
  }

  /// Nothing secret. Of the base URL only whether it is there, as one that is not checked yet may hold some.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
