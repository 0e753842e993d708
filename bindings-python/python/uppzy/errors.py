"""What can go wrong, with everything a caller needs to decide what to do next.

All classes have one base, :class:`UppzyError`, and one stable name, ``kind``, which is the same in
logs, metrics, queues and every other language. Timeouts are also ``TimeoutError``, network failures
``ConnectionError``, wrong settings and arguments ``ValueError``, and unreadable files ``OSError``.

Cancellation is none of these: it stays ``asyncio.CancelledError`` or ``KeyboardInterrupt``.
"""

from __future__ import annotations

from uppzy.results import AttemptRecord, QueueVerdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from uppzy._native import ErrorDetails
    from uppzy._types import Outcome, Phase, RetryStoppedBy


class UppzyError(Exception):
    """Base of all errors of this package. Safe to log: no key, no message text, no address.

    Can be pickled and copied with everything in it, so that it survives ``multiprocessing`` and job
    queues.

    Attributes:
        kind: What sort of error it is, such as ``rate_limit``; stable.
        message: One line that says what happened.
        user_message: A sentence that may be shown to an end user.
        hint: What to change.
        field: The argument or setting at fault, for ``invalid_input`` and ``config``.
        retryable: Whether the same call may be repeated as it is.
        retry_after: The wait that the server asked for, in seconds.
        outcome: Whether sending again can double the effect: ``not_sent`` and ``rejected`` cannot,
            ``accepted`` will, and of ``unknown`` nobody can tell.
        phase: The timer that ended the attempt: ``queue``, ``connect``, ``first_byte``, ``body``.
        operation: The operation, such as ``chat.send``.
        http_status: The HTTP status of the last answer.
        code: The server's error code, when its answer had one that looks like a code.
        server_message: The server's own words, redacted and shortened.
        body_excerpt: The beginning of a body that was not the documented JSON, redacted.
        http_request_id: The HTTP request id header of the last answer, to quote to the vendor.
        attempts: Every attempt of the call, in order. Of a wait for an answer only those of the poll
            that failed it: none where the answer was late, failed or gone.
        elapsed: Seconds from the start of the call to the error.
        retry_stopped_by: What ended the retries.
        token: The resume token of an answer that is still being made.
        cause: The error that led to this one; also ``__cause__``.
    """

    kind: str = "internal"
    user_message: str = "The assistant is not available right now."
    hint: str = ""
    message: str
    field: str | None
    retryable: bool
    retry_after: float | None
    outcome: Outcome
    phase: Phase | None
    operation: str | None
    http_status: int | None
    code: str | None
    server_message: str | None
    body_excerpt: str | None
    http_request_id: str | None
    attempts: tuple[AttemptRecord, ...]
    elapsed: float
    retry_stopped_by: RetryStoppedBy | None
    token: str | None
    cause: UppzyError | None
    _details: ErrorDetails | None

    def __init__(
        self,
        message: str = "",
        fields: Mapping[str, Any] | None = None,
        details: ErrorDetails | None = None,
    ) -> None:
        """Makes an error from its JSON form, as job queues do; the client makes its own."""
        known: Mapping[str, Any] = {} if fields is None else fields
        # Not the parents' __init__: that of OSError would read the two as a number and its name.
        BaseException.__init__(self, *((message,) if fields is None else (message, fields)))
        get = known.get
        self.message = message
        self.kind = get("kind") or self.kind
        self.user_message = get("user_message") or self.user_message
        self.hint = get("hint") or self.hint
        self.field = get("field")
        self.retryable = bool(get("retryable"))
        self.retry_after = get("retry_after")
        self.outcome = get("outcome") or "unknown"
        self.phase = get("phase")
        self.operation = get("operation")
        self.http_status = get("http_status")
        self.code = get("code")
        self.server_message = get("server_message")
        self.body_excerpt = get("body_excerpt")
        self.http_request_id = get("http_request_id")
        self.attempts = tuple(AttemptRecord(**attempt) for attempt in get("attempts") or ())
        self.elapsed = get("elapsed") or 0.0
        self.retry_stopped_by = get("retry_stopped_by")
        self.token = get("token")
        cause = get("cause")
        self.cause = None if cause is None else from_native(cause, None)
        if self.cause is not None:
            self.__cause__ = self.cause
        self._details = details

    def queue_verdict(self) -> QueueVerdict:
        """Says what a job queue should do with the job that ended in this error.

        A pending answer is resumed and never submitted again. A question whose outcome is unknown is
        given up, unless the call had opted in to repeats with ``retry_unknown``.
        """
        return QueueVerdict(**self._verdict())

    def report(self) -> str:
        """Tells the error, its attempts and the client's latest calls, for a support ticket.

        Holds no key, no message text, no address and no id of a person or session.
        """
        if self._details is not None:
            return self._details.report()
        report: str = self._fields().get("report", f"error: {self.kind} ({self})")
        return report

    def to_dict(self) -> dict[str, Any]:
        """Gives all fields as plain data; durations are seconds."""
        fields = dict(self._fields())
        fields.pop("report", None)
        fields.pop("queue_verdict", None)
        return fields

    def to_json(self) -> str:
        """Gives all fields as one line of JSON, for structured logs; durations are seconds."""
        import json

        return json.dumps(self.to_dict(), ensure_ascii=False)

    def _fields(self) -> Mapping[str, Any]:
        return self.args[1] if len(self.args) > 1 else {"kind": self.kind, "message": self.message}

    def _verdict(self) -> dict[str, Any]:
        if self._details is not None:
            return self._details.queue_verdict()
        reason = f"{self.kind}: {self.message}"
        kept: dict[str, Any] = self._fields().get(
            "queue_verdict", {"action": "give_up", "reason": reason}
        )
        return kept

    def __str__(self) -> str:
        return f"{self.operation}: {self.message}" if self.operation else self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r}, kind={self.kind!r}, outcome={self.outcome!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        if len(self.args) < 2:
            return type(self), self.args
        fields = {
            **self._fields(),
            "report": self.report(),
            "queue_verdict": self._verdict(),
        }
        return type(self), (self.message, fields)


class ConfigError(UppzyError, ValueError):
    """A key, URL or option is missing or unusable; found before anything was sent."""

    kind = "config"


class InvalidInputError(UppzyError, ValueError):
    """An argument was refused before anything was sent; ``field`` names it."""

    kind = "invalid_input"


class FileReadError(UppzyError, OSError):
    """A local file could not be read, or changed while it was read."""

    kind = "file_read"


class TransportError(UppzyError):
    """There was no complete HTTP answer."""


class ConnectError(TransportError, ConnectionError):
    """No connection could be made; nothing was sent."""

    kind = "connect"


class TlsError(TransportError):
    """The TLS handshake failed, or the server's certificate is not trusted."""

    kind = "tls"


class ConnectionLostError(TransportError, ConnectionError):
    """The connection broke after sending had begun."""

    kind = "connection_lost"


class RequestTimeoutError(TransportError, TimeoutError):
    """A timer of one attempt ran out; ``phase`` says which."""

    kind = "request_timeout"


class DeadlineExceededError(TransportError, TimeoutError):
    """The call's total time is used up; ``cause`` is the last error."""

    kind = "deadline_exceeded"


class ApiError(UppzyError):
    """The server answered with an error."""


class BadRequestError(ApiError):
    """HTTP 400."""

    kind = "bad_request"


class AuthenticationError(ApiError):
    """HTTP 401: the key is missing, wrong, expired or revoked."""

    kind = "authentication"


class PermissionDeniedError(ApiError):
    """HTTP 403: the key is valid but may not do this."""

    kind = "permission_denied"


class NotFoundError(ApiError):
    """HTTP 404."""

    kind = "not_found"


class ConflictError(ApiError):
    """HTTP 409."""

    kind = "conflict"


class PayloadTooLargeError(ApiError):
    """HTTP 413."""

    kind = "payload_too_large"


class UnprocessableError(ApiError):
    """HTTP 422."""

    kind = "unprocessable"


class RateLimitError(ApiError):
    """HTTP 429; ``retry_after`` when the server gave one."""

    kind = "rate_limit"


class ServerError(ApiError):
    """HTTP 500, and every other 5xx without a class of its own."""

    kind = "server"


class ServiceUnavailableError(ApiError):
    """HTTP 503 and 529."""

    kind = "service_unavailable"


class GatewayTimeoutError(ApiError):
    """HTTP 502, 504 and 408: something between answered in the server's place."""

    kind = "gateway_timeout"


class UnexpectedStatusError(ApiError):
    """Any other HTTP status, redirects included."""

    kind = "unexpected_status"


class ResponseDecodeError(ApiError):
    """The server answered with success, but its answer cannot be read."""

    kind = "response_decode"


class PollError(UppzyError):
    """Waiting for an answer did not come to one."""


class PollTimeoutError(PollError, TimeoutError):
    """The answer is still being made; ``token`` resumes the wait."""

    kind = "poll_timeout"


class ChatFailedError(PollError):
    """The server reports that it could not answer."""

    kind = "chat_failed"


class ChatGoneError(PollError):
    """The server no longer knows the question."""

    kind = "chat_gone"


class ClosedError(UppzyError):
    """The client was closed."""

    kind = "closed"


class InternalError(UppzyError):
    """A fault in the client itself: please report it with the text of ``report()``."""

    kind = "internal"


def _kinds(base: type[UppzyError]) -> dict[str, type[UppzyError]]:
    found: dict[str, type[UppzyError]] = {}
    for cls in base.__subclasses__():
        if "kind" in cls.__dict__:
            found[cls.kind] = cls
        found.update(_kinds(cls))
    return found


#: The class of every kind.
CLASSES: dict[str, type[UppzyError]] = _kinds(UppzyError)


def from_native(fields: Mapping[str, Any], details: ErrorDetails | None) -> UppzyError:
    """Makes the exception of an error's fields; a kind from a later version has the base class."""
    return CLASSES.get(fields["kind"], UppzyError)(fields["message"], fields, details)
