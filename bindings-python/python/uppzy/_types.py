"""Names for type checkers; nothing of it is needed at run time."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from uppzy.results import AskProgress, UploadProgress

#: How sure the assistant is. The server may say something else.
ConfidenceLevel: TypeAlias = Literal["high", "medium", "low"] | str
#: Whether a document takes part in answers. The server may say something else.
DocumentStatus: TypeAlias = Literal["active", "draft"] | str
#: How far the server is with a question. The server may say something else.
RequestStatus: TypeAlias = Literal["pending", "completed", "failed"] | str
#: A user's judgement of an answer.
Feedback: TypeAlias = Literal["good", "bad"]
#: The kind of an error. A later version may know more.
ErrorKind: TypeAlias = str
#: Whether sending again can double the effect.
Outcome: TypeAlias = Literal["not_sent", "rejected", "accepted", "unknown"]
#: The timer that ended an attempt.
Phase: TypeAlias = Literal["queue", "connect", "first_byte", "body"]
#: What ended the retries.
RetryStoppedBy: TypeAlias = Literal[
    "not_retryable",
    "max_attempts",
    "deadline",
    "budget",
    "retry_after_too_long",
    "body_not_replayable",
]
#: What a job queue should do.
VerdictAction: TypeAlias = Literal["retry_in", "resume", "give_up", "config_incident"]
#: What one look at a pending answer found.
PollState: TypeAlias = Literal["pending", "completed", "failed"]

#: Plain data, as ``json.dumps`` takes it.
Json: TypeAlias = Any
QueryValue: TypeAlias = str | int | float | bool
#: Parameters of a query; a list gives its name to each of its values.
Query: TypeAlias = Mapping[str, QueryValue | Sequence[QueryValue]]
#: An event of a client as plain data.
Event: TypeAlias = dict[str, Any]

OnAskProgress: TypeAlias = Callable[[AskProgress], object]
OnUploadProgress: TypeAlias = Callable[[UploadProgress], object]

Content = TypeVar("Content", covariant=True)


class BinaryFile(Protocol):
    """A file that was opened in binary mode, or anything that reads like one."""

    def read(self, size: int, /) -> bytes:
        """Reads up to so many bytes; none at the end."""
        ...


#: What can be uploaded: a path, bytes, a binary file, or an iterator of pieces.
UploadSource: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryFile | Iterator[bytes]
)
#: The same, and asynchronous iterators.
AsyncUploadSource: TypeAlias = UploadSource | AsyncIterator[bytes]
