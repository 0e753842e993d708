"""Small results that belong to no answer of the API."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from uppzy._native import Answer, ChatRequest
    from uppzy._types import ErrorKind, PollState, VerdictAction
    from uppzy.errors import UppzyError


class _Result:
    """A frozen object with named fields, compared by them."""

    __slots__: tuple[str, ...] = ()

    def _set(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._values() == self._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()


class AttemptRecord(_Result):
    """One attempt of a call. All times are seconds.

    Attributes:
        started_after: From the start of the call to the start of the attempt.
        duration: How long the attempt took.
        status: The HTTP status, when an answer came.
        kind: What went wrong, if anything did.
        delay_before_next: The wait before the next attempt, when there was a next one.
    """

    __slots__ = ("started_after", "duration", "status", "kind", "delay_before_next")
    started_after: float
    duration: float
    status: int | None
    kind: ErrorKind | None
    delay_before_next: float | None

    def __init__(
        self,
        started_after: float,
        duration: float,
        status: int | None,
        kind: ErrorKind | None,
        delay_before_next: float | None,
    ) -> None:
        self._set(
            started_after=started_after,
            duration=duration,
            status=status,
            kind=kind,
            delay_before_next=delay_before_next,
        )


class QueueVerdict(_Result):
    """What a job queue should do next.

    Attributes:
        action: ``retry_in``: run the job again after ``seconds``. ``resume``: the question is on its
            way, so do not submit it again, but resume with ``token`` after ``seconds``. ``give_up``:
            take the job off the queue, and use the fallback. ``config_incident``: stop the worker
            and call an operator, since every job would fail the same way.
        seconds: The wait, for ``retry_in`` and ``resume``.
        token: The resume token, for ``resume``.
        reason: The error's kind and message, for ``give_up`` and ``config_incident``.
    """

    __slots__ = ("action", "seconds", "token", "reason")
    action: VerdictAction
    seconds: float | None
    token: str | None
    reason: str | None

    def __init__(
        self,
        action: VerdictAction,
        seconds: float | None = None,
        token: str | None = None,
        reason: str | None = None,
    ) -> None:
        self._set(action=action, seconds=seconds, token=token, reason=reason)

    def to_dict(self) -> dict[str, Any]:
        """Gives ``action`` and what belongs to it as plain data."""
        values = zip(self.__slots__, self._values(), strict=True)
        return {name: value for name, value in values if value is not None}


class PollOutcome(_Result):
    """What one look at a pending answer found.

    Attributes:
        state: ``pending``, ``completed`` or ``failed``.
        retry_in: For ``pending``: seconds before another look is worthwhile.
        answer: For ``completed``: the answer.
        error: For ``failed``: why there will be none.
    """

    __slots__ = ("state", "retry_in", "answer", "error")
    state: PollState
    retry_in: float | None
    answer: Answer | None
    error: UppzyError | None

    def __init__(
        self,
        state: PollState,
        retry_in: float | None = None,
        answer: Answer | None = None,
        error: UppzyError | None = None,
    ) -> None:
        self._set(state=state, retry_in=retry_in, answer=answer, error=error)


class AskOutcome(_Result):
    """A question's result.

    Attributes:
        index: The question's place in the input, from 0.
        request: The question, to hand in again if it failed. If the server had accepted it, it
            carries the token, so that handing it in resumes it.
        answer: The answer, unless there is an error.
        error: What went wrong, unless there is an answer.
    """

    __slots__ = ("index", "request", "answer", "error")
    index: int
    request: ChatRequest
    answer: Answer | None
    error: UppzyError | None

    def __init__(
        self,
        index: int,
        request: ChatRequest,
        answer: Answer | None = None,
        error: UppzyError | None = None,
    ) -> None:
        self._set(index=index, request=request, answer=answer, error=error)

    def result(self) -> Answer:
        """Gives the answer, or raises the error."""
        return _answer_of(self.answer, self.error)


class WaitOutcome(_Result):
    """The result of waiting for an answer by its token.

    Attributes:
        index: The token's place in the input, from 0.
        token: The token.
        answer: The answer, unless there is an error.
        error: What went wrong, unless there is an answer.
    """

    __slots__ = ("index", "token", "answer", "error")
    index: int
    token: str
    answer: Answer | None
    error: UppzyError | None

    def __init__(
        self,
        index: int,
        token: str,
        answer: Answer | None = None,
        error: UppzyError | None = None,
    ) -> None:
        self._set(index=index, token=token, answer=answer, error=error)

    def result(self) -> Answer:
        """Gives the answer, or raises the error."""
        return _answer_of(self.answer, self.error)


class AskProgress(_Result):
    """How far many questions are.

    Attributes:
        done: How many have a result.
        failed: How many of these are errors.
        total: How many there are in all.
    """

    __slots__ = ("done", "failed", "total")
    done: int
    failed: int
    total: int

    def __init__(self, done: int, failed: int, total: int) -> None:
        self._set(done=done, failed=failed, total=total)


class UploadProgress(_Result):
    """How far an upload is.

    Attributes:
        sent: Bytes of the file that were handed to the connection. Starts again when an attempt is
            repeated.
        total: Bytes of the file, when known.
    """

    __slots__ = ("sent", "total")
    sent: int
    total: int | None

    def __init__(self, sent: int, total: int | None) -> None:
        self._set(sent=sent, total=total)


def _answer_of(answer: Answer | None, error: UppzyError | None) -> Answer:
    if error is not None:
        raise error
    if answer is None:
        raise ValueError("this result has neither an answer nor an error")
    return answer
