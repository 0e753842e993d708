internal import UppzyGenerated

/// The way to the Uppzy API: cheap to keep, shared by all of a process, safe to use from every task.
///
/// In an app, through your own gateway, which holds the API key in the app's place:
///
/// ```swift
/// let client = try UppzyClient(
///   .gateway("https://gateway.example.com/api/v1", bearerToken: login.token, siteID: login.siteID))
/// let answer = try await client.chat.ask("How do I return a lamp?", sessionID: login.sessionPrefix)
/// ```
///
/// On a server, with the key of the environment:
///
/// ```swift
/// let client = try UppzyClient()  // UPPZY_API_KEY, UPPZY_SITE_ID, ...
/// ```
///
/// All settings are checked when it is made; no connection is opened before the first call.
public final class UppzyClient: Sendable {
  private let native: NativeClient
  /// Operations on the tenant, the workspace that keys, sites and the plan belong to.
  public let tenant: Tenant
  /// Operations on the site: one chatbot with its documents, sessions and widget.
  public let site: Site
  /// Operations on the site's documents: what the assistant knows.
  public let documents: Documents
  /// Questions and answers.
  public let chat: Chat
  /// Operations on sessions, the conversations of one person or thread.
  public let sessions: Sessions

  /// - Throws: ``UppzyError`` of kind `config` when a setting is missing or unusable; says which, where
  ///   it came from, and what to change.
  public convenience init(_ configuration: Configuration = Configuration()) throws {
    self.init(
      try immediately {
        try NativeClient(settings: try configuration.settings(), clock: configuration.clock)
      })
  }

  private init(_ native: NativeClient) {
    self.native = native
    tenant = Tenant(native: native)
    site = Site(native: native)
    documents = Documents(native: native)
    chat = Chat(native: native)
    sessions = Sessions(native: native)
  }

  /// Gives a client for another site, which shares connections, budget and metrics.
  ///
  /// - Throws: ``UppzyError`` of kind `config` when the id cannot be one.
  public func forSite(_ siteID: String) throws -> UppzyClient {
    UppzyClient(try immediately { try native.forSite(siteId: siteID) })
  }

  /// Gives a client for another tenant, which shares connections, budget and metrics.
  ///
  /// - Throws: ``UppzyError`` of kind `config` when the id cannot be one.
  public func forTenant(_ tenantID: String) throws -> UppzyClient {
    UppzyClient(try immediately { try native.forTenant(tenantId: tenantID) })
  }

  /// Uses another API key from the next attempt on. No call under way is lost.
  ///
  /// - Throws: ``UppzyError`` of kind `config` when the text cannot be a key, or the client uses none.
  public func setAPIKey(_ apiKey: String) throws {
    try immediately { try native.setApiKey(apiKey: apiKey) }
  }

  /// Uses another bearer token from the next attempt on, for clients of a gateway.
  ///
  /// - Throws: ``UppzyError`` of kind `config` when the text cannot be a token, or the client uses none.
  public func setBearerToken(_ bearerToken: String) throws {
    try immediately { try native.setBearerToken(bearerToken: bearerToken) }
  }

  /// What the client, and those that share with it, have done so far in this process.
  ///
  /// - Throws: ``UppzyError`` of kind `internal`.
  public func metrics() throws -> Metrics {
    Metrics(try immediately { try native.metrics() })
  }

  /// Gives events from now on.
  ///
  /// - Parameter capacity: How many may wait to be read; beyond that the oldest are dropped.
  /// - Throws: ``UppzyError`` of kind `invalid_input` when the capacity is negative.
  public func events(capacity: Int = 1_000) throws -> EventStream {
    EventStream(try immediately { try native.events(capacity: try count("capacity", capacity)) })
  }

  /// Ends the client and those that share with it; does not wait. May be repeated.
  ///
  /// Calls from now on fail with an error of kind `closed`, and so do calls that wait for a retry or for
  /// an answer. A request under way is finished.
  public func close() {
    // It can fail by a fault of the client alone, and then there is nothing left to end.
    try? native.shut()
  }

  /// Whether the client was closed.
  public var isClosed: Bool { native.isShut() }
  /// The tenant that ``tenant`` operations mean.
  public var tenantID: String? { native.tenantId() }
  /// The site that all other operations mean.
  public var siteID: String? { native.siteId() }
  /// Where the API is.
  public var baseURL: String { native.baseUrl() }
}

extension UppzyClient: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private var shown: Shown {
    Shown("UppzyClient")
      .with("baseURL", baseURL)
      .with("tenantID", tenantID)
      .with("siteID", siteID)
      .with("isClosed", isClosed)
  }

  /// Where it goes, without anything secret.
  public var description: String { shown.text }
  public var debugDescription: String { shown.text }
  public var customMirror: Mirror { shown.mirror(of: self) }
}
