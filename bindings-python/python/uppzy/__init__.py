"""Client for the Uppzy chat and knowledge API.

>>> from uppzy import Uppzy
>>> with Uppzy() as client:  # UPPZY_API_KEY, UPPZY_SITE_ID, ...
...     answer = client.chat.ask("How do I return a lamp?", session_id="ticket-48291")
...     print(answer.text, answer.confidence_level)

Answers take seconds to a minute, so the client is built around waiting well: one deadline per call,
retries only where a repeat cannot double a message, thousands of answers awaited at once, and tokens
with which any process and language takes a pending answer up.

:class:`Uppzy` is for ordinary code, :class:`AsyncUppzy` for asyncio; both have the same methods.
"""

from __future__ import annotations

from _collections_abc import Mapping as _Mapping
from _collections_abc import Sequence as _Sequence

from uppzy import _runtime as _runtime
from uppzy._native import (
    Answer,
    ChatRequest,
    ChatStatus,
    Document,
    FeedbackReceipt,
    Listing,
    Meta,
    Metrics,
    OpenObject,
    PollSchedule,
    RetryPolicy,
    Session,
    SessionIds,
    __version__,
)
from uppzy.chat import PendingAnswer
from uppzy.client import Uppzy
from uppzy.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    ChatFailedError,
    ChatGoneError,
    ClosedError,
    ConfigError,
    ConflictError,
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    FileReadError,
    GatewayTimeoutError,
    InternalError,
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PollError,
    PollTimeoutError,
    RateLimitError,
    RequestTimeoutError,
    ResponseDecodeError,
    ServerError,
    ServiceUnavailableError,
    TlsError,
    TransportError,
    UnexpectedStatusError,
    UnprocessableError,
    UppzyError,
)
from uppzy.results import (
    AskOutcome,
    AskProgress,
    AttemptRecord,
    PollOutcome,
    QueueVerdict,
    UploadProgress,
    WaitOutcome,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uppzy.aio import AsyncPendingAnswer, AsyncUppzy
    from uppzy.logs import disable_logging, enable_logging

__all__ = [
    "ApiError",
    "AskOutcome",
    "AskProgress",
    "Answer",
    "AsyncPendingAnswer",
    "AsyncUppzy",
    "AttemptRecord",
    "AuthenticationError",
    "BadRequestError",
    "ChatFailedError",
    "ChatGoneError",
    "ChatRequest",
    "ChatStatus",
    "ClosedError",
    "ConfigError",
    "ConflictError",
    "ConnectError",
    "ConnectionLostError",
    "DeadlineExceededError",
    "Document",
    "FeedbackReceipt",
    "FileReadError",
    "GatewayTimeoutError",
    "InternalError",
    "InvalidInputError",
    "Listing",
    "Meta",
    "Metrics",
    "NotFoundError",
    "OpenObject",
    "PayloadTooLargeError",
    "PendingAnswer",
    "PermissionDeniedError",
    "PollError",
    "PollOutcome",
    "PollSchedule",
    "PollTimeoutError",
    "QueueVerdict",
    "RateLimitError",
    "RequestTimeoutError",
    "ResponseDecodeError",
    "RetryPolicy",
    "ServerError",
    "ServiceUnavailableError",
    "Session",
    "SessionIds",
    "TlsError",
    "TransportError",
    "UnexpectedStatusError",
    "UnprocessableError",
    "UploadProgress",
    "Uppzy",
    "UppzyError",
    "WaitOutcome",
    "__version__",
    "disable_logging",
    "enable_logging",
]

# Type checkers know them as subclasses, and not that these two classes are abstract.
_Mapping.register(OpenObject)  # pyright: ignore
_Sequence.register(Listing)  # pyright: ignore

# Imported when they are first used: asyncio takes longer to import than all of this package.
_LATER = {
    "AsyncPendingAnswer": "uppzy.aio",
    "AsyncUppzy": "uppzy.aio",
    "disable_logging": "uppzy.logs",
    "enable_logging": "uppzy.logs",
}


def __getattr__(name: str) -> object:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module 'uppzy' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
