"""Results that come one after the other."""

from __future__ import annotations

from uppzy._progress import Bar
from uppzy.aio._start import started
from uppzy.results import AskOutcome, AskProgress, WaitOutcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Generic, TypeVar

    from uppzy._native import Call, ChatStatus, Events, Stream  # noqa: F401
    from uppzy._types import Event, OnAskProgress

    Item = TypeVar("Item")

    class _Base(Generic[Item]):
        """Makes the iterators generic for type checkers only: typing takes time to import."""
else:

    class _Base:
        __slots__ = ()

        def __class_getitem__(cls, item: Any) -> Any:
            return cls


class _Batches(_Base["Item"]):
    """Takes what has come in batches, and gives it one by one."""

    __slots__ = ("_batch", "_next")

    def __init__(self, next_batch: Callable[[], Call[list[Any] | None]]) -> None:
        self._next: Callable[[], Call[list[Any] | None]] | None = next_batch
        self._batch: list[Any] = []

    def __aiter__(self) -> _Batches[Item]:
        return self

    async def __anext__(self) -> Item:
        while not self._batch:
            if self._next is None:
                raise StopAsyncIteration
            batch = await started(self._next())
            if batch is None:
                self._next = None
                self._ended()
            else:
                # From the end, since that is where a list gives from.
                self._batch = batch[::-1]
        return self._made(self._batch.pop())

    def _made(self, item: Any) -> Item:
        made: Item = item
        return made

    def _ended(self) -> None:
        """Called once, when nothing more will come."""


class AskMany(_Batches["AskOutcome"]):
    """The results of many questions, as they come: an iterator.

    The work goes on in the background while the iterator is held, whether it is read or not.
    """

    __slots__ = ("_bar", "_on_progress", "_stream")

    def __init__(self, stream: Stream, on_progress: OnAskProgress | None, bar: Bar | None) -> None:
        super().__init__(stream.next)
        self._stream = stream
        self._on_progress = on_progress
        self._bar = bar

    def _made(self, item: Any) -> AskOutcome:
        index, request, answer, error, done, failed, total = item
        if self._on_progress is not None:
            self._on_progress(AskProgress(done, failed, total))
        if self._bar is not None:
            self._bar.show(done, failed, total)
        return AskOutcome(index, request, answer, error)

    def _ended(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def close(self) -> None:
        """Ends the work. What the server has accepted goes on there."""
        self._next = None
        self._batch = []
        self._stream.close()
        self._ended()


class WaitMany(_Batches["WaitOutcome"]):
    """Answers by their tokens, as they come: an iterator.

    The work goes on in the background while the iterator is held, whether it is read or not.
    """

    __slots__ = ("_stream",)

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream.next)
        self._stream = stream

    def _made(self, item: Any) -> WaitOutcome:
        return WaitOutcome(*item)

    def close(self) -> None:
        """Ends the waiting. The server goes on."""
        self._next = None
        self._batch = []
        self._stream.close()


class States(_Batches["ChatStatus"]):
    """The states of an answer as they change, the final one last: an iterator."""

    __slots__ = ("_stream",)

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream.next)
        self._stream = stream

    def close(self) -> None:
        """Ends the waiting. The server goes on."""
        self._next = None
        self._batch = []
        self._stream.close()


class EventStream(_Batches["Event"]):
    """Events of a client as plain data: an iterator that ends when the client is closed.

    It holds a fixed number of events that were not read yet. When a further one comes, the oldest is
    dropped and counted, so a slow reader never holds up a call.
    """

    __slots__ = ("_events",)

    def __init__(self, events: Events) -> None:
        super().__init__(events.next)
        self._events = events

    def read(self) -> list[Event]:
        """Gives the events that are there, without waiting."""
        waiting, self._batch = self._batch[::-1], []
        return waiting + self._events.read()

    @property
    def dropped(self) -> int:
        """How many events were dropped for want of room."""
        return self._events.dropped
