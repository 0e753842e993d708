/// What sort of error it is: stable, and the same in logs, metrics, queues and every other language.
///
/// ```swift
/// switch error.kind {
/// case .rateLimit, .serviceUnavailable: await askLater()
/// case .pollTimeout: store(error.token)
/// default: throw error
/// }
/// ```
///
/// A kind from a later version is none of those below; its ``rawValue`` tells it.
public struct ErrorKind: RawRepresentable, Sendable, Hashable, Codable {
  /// Its name, such as `rate_limit`.
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A key, URL or option is missing or unusable; found before anything was sent.
  public static let config = ErrorKind(rawValue: "config")
  /// An argument was refused before anything was sent; ``UppzyError/field`` names it.
  public static let invalidInput = ErrorKind(rawValue: "invalid_input")
  /// A local file could not be read, or changed while it was read.
  public static let fileRead = ErrorKind(rawValue: "file_read")
  /// No connection could be made; nothing was sent.
  public static let connect = ErrorKind(rawValue: "connect")
  /// The TLS handshake failed or the server's certificate is not trusted.
  public static let tls = ErrorKind(rawValue: "tls")
  /// The connection broke after sending had begun.
  public static let connectionLost = ErrorKind(rawValue: "connection_lost")
  /// A timer of one attempt ran out; ``UppzyError/phase`` says which.
  public static let requestTimeout = ErrorKind(rawValue: "request_timeout")
  /// The call's total time is used up; ``UppzyError/cause`` is the last error.
  public static let deadlineExceeded = ErrorKind(rawValue: "deadline_exceeded")
  /// HTTP 400.
  public static let badRequest = ErrorKind(rawValue: "bad_request")
  /// HTTP 401: the key or token is missing, wrong, expired or revoked.
  public static let authentication = ErrorKind(rawValue: "authentication")
  /// HTTP 403: the key is valid but may not do this.
  public static let permissionDenied = ErrorKind(rawValue: "permission_denied")
  /// HTTP 404.
  public static let notFound = ErrorKind(rawValue: "not_found")
  /// HTTP 409.
  public static let conflict = ErrorKind(rawValue: "conflict")
  /// HTTP 413.
  public static let payloadTooLarge = ErrorKind(rawValue: "payload_too_large")
  /// HTTP 422.
  public static let unprocessable = ErrorKind(rawValue: "unprocessable")
  /// HTTP 429; with ``UppzyError/retryAfter`` when the server gave a time.
  public static let rateLimit = ErrorKind(rawValue: "rate_limit")
  /// HTTP 500 and every other 5xx without a kind of its own.
  public static let server = ErrorKind(rawValue: "server")
  /// HTTP 503 and 529.
  public static let serviceUnavailable = ErrorKind(rawValue: "service_unavailable")
  /// HTTP 502, 504 and 408: something between answered in the server's place.
  public static let gatewayTimeout = ErrorKind(rawValue: "gateway_timeout")
  /// Any other HTTP status, redirects included.
  public static let unexpectedStatus = ErrorKind(rawValue: "unexpected_status")
  /// The server answered with success, but its answer cannot be read.
  public static let responseDecode = ErrorKind(rawValue: "response_decode")
  /// The answer is still being made; ``UppzyError/token`` resumes the wait.
  public static let pollTimeout = ErrorKind(rawValue: "poll_timeout")
  /// The server reports that it could not answer.
  public static let chatFailed = ErrorKind(rawValue: "chat_failed")
  /// The server no longer knows the request.
  public static let chatGone = ErrorKind(rawValue: "chat_gone")
  /// The client was closed.
  public static let closed = ErrorKind(rawValue: "closed")
  /// A fault in the client itself: please report it with the text of ``UppzyError/report()``.
  public static let `internal` = ErrorKind(rawValue: "internal")

  /// All kinds of this version.
  public static let all: [ErrorKind] = [
    .config,
    .invalidInput,
    .fileRead,
    .connect,
    .tls,
    .connectionLost,
    .requestTimeout,
    .deadlineExceeded,
    .badRequest,
    .authentication,
    .permissionDenied,
    .notFound,
    .conflict,
    .payloadTooLarge,
    .unprocessable,
    .rateLimit,
    .server,
    .serviceUnavailable,
    .gatewayTimeout,
    .unexpectedStatus,
    .responseDecode,
    .pollTimeout,
    .chatFailed,
    .chatGone,
    .closed,
    .internal,
  ]

  /// What kinds have in common.
  public enum Group: Sendable, Hashable {
    /// There was no complete HTTP answer.
    case transport
    /// The server answered with an error.
    case api
    /// Waiting for an answer did not come to one.
    case poll
    /// Any other.
    case other
  }

  /// What the kind has in common with others.
  public var group: Group {
    switch self {
    case .connect, .tls, .connectionLost, .requestTimeout, .deadlineExceeded:
      .transport
    case .badRequest, .authentication, .permissionDenied, .notFound, .conflict,
      .payloadTooLarge, .unprocessable, .rateLimit, .server, .serviceUnavailable,
      .gatewayTimeout, .unexpectedStatus, .responseDecode:
      .api
    case .pollTimeout, .chatFailed, .chatGone:
      .poll
    default:
      .other
    }
  }
}

extension ErrorKind: CustomStringConvertible {
  public var description: String { rawValue }
}
