package com.uppzy

import com.uppzy.internal.generated.ErrorDetails

/** No complete HTTP answer came. */
public sealed class TransportException(
    details: ErrorDetails,
) : UppzyException(details)

/** An HTTP answer reports an error. */
public sealed class ApiException(
    details: ErrorDetails,
) : UppzyException(details)

/** Waiting for an answer did not lead to one. */
public sealed class PollException(
    details: ErrorDetails,
) : UppzyException(details)

/** `config`: a key, URL or option is missing or unusable; found before any I/O. */
public class ConfigException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** `invalid_input`: an argument was refused locally; [field] names it. */
public class InvalidInputException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** `file_read`: a local file could not be read, or changed while it was read. */
public class FileReadException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** `connect`: no connection could be made; nothing was written. */
public class ConnectException internal constructor(
    details: ErrorDetails,
) : TransportException(details)

/** `tls`: the TLS handshake failed or the server's certificate is not trusted. */
public class TlsException internal constructor(
    details: ErrorDetails,
) : TransportException(details)

/** `connection_lost`: the connection broke after writing began. */
public class ConnectionLostException internal constructor(
    details: ErrorDetails,
) : TransportException(details)

/** `request_timeout`: a phase timer of one attempt ran out; [phase] says which. */
public class RequestTimeoutException internal constructor(
    details: ErrorDetails,
) : TransportException(details)

/** `deadline_exceeded`: the call's total time is used up; the cause is the last error. */
public class DeadlineExceededException internal constructor(
    details: ErrorDetails,
) : TransportException(details)

/** `bad_request`: HTTP 400. */
public class BadRequestException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `authentication`: HTTP 401. */
public class AuthenticationException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `permission_denied`: HTTP 403. */
public class PermissionDeniedException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `not_found`: HTTP 404. */
public class NotFoundException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `conflict`: HTTP 409. */
public class ConflictException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `payload_too_large`: HTTP 413. */
public class PayloadTooLargeException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `unprocessable`: HTTP 422. */
public class UnprocessableException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `rate_limit`: HTTP 429; [retryAfter] when the server gave one. */
public class RateLimitException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `server`: HTTP 500 and every other 5xx without a kind of its own. */
public class ServerException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `service_unavailable`: HTTP 503 and 529. */
public class ServiceUnavailableException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `gateway_timeout`: HTTP 502, 504 and 408: something between answered in the server's place. */
public class GatewayTimeoutException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `unexpected_status`: any other HTTP status, redirects included. */
public class UnexpectedStatusException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `response_decode`: a 2xx answer whose body cannot be read. */
public class ResponseDecodeException internal constructor(
    details: ErrorDetails,
) : ApiException(details)

/** `poll_timeout`: the answer is still pending at the deadline; the token resumes the wait. */
public class PollTimeoutException internal constructor(
    details: ErrorDetails,
) : PollException(details)

/** `chat_failed`: the server reports that it could not answer. */
public class ChatFailedException internal constructor(
    details: ErrorDetails,
) : PollException(details)

/** `chat_gone`: the server no longer knows the request. */
public class ChatGoneException internal constructor(
    details: ErrorDetails,
) : PollException(details)

/** `closed`: the client was closed. */
public class ClosedException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** `internal`: a fault in the client itself. */
public class InternalException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** A kind that this version of the package has no class for. */
public class UnknownUppzyException internal constructor(
    details: ErrorDetails,
) : UppzyException(details)

/** The exception of the error's kind. */
internal fun exceptionOf(details: ErrorDetails): UppzyException =
    when (details.kind) {
        "config" -> ConfigException(details)
        "invalid_input" -> InvalidInputException(details)
        "file_read" -> FileReadException(details)
        "connect" -> ConnectException(details)
        "tls" -> TlsException(details)
        "connection_lost" -> ConnectionLostException(details)
        "request_timeout" -> RequestTimeoutException(details)
        "deadline_exceeded" -> DeadlineExceededException(details)
        "bad_request" -> BadRequestException(details)
        "authentication" -> AuthenticationException(details)
        "permission_denied" -> PermissionDeniedException(details)
        "not_found" -> NotFoundException(details)
        "conflict" -> ConflictException(details)
        "payload_too_large" -> PayloadTooLargeException(details)
        "unprocessable" -> UnprocessableException(details)
        "rate_limit" -> RateLimitException(details)
        "server" -> ServerException(details)
        "service_unavailable" -> ServiceUnavailableException(details)
        "gateway_timeout" -> GatewayTimeoutException(details)
        "unexpected_status" -> UnexpectedStatusException(details)
        "response_decode" -> ResponseDecodeException(details)
        "poll_timeout" -> PollTimeoutException(details)
        "chat_failed" -> ChatFailedException(details)
        "chat_gone" -> ChatGoneException(details)
        "closed" -> ClosedException(details)
        "internal" -> InternalException(details)
        else -> UnknownUppzyException(details)
    }
