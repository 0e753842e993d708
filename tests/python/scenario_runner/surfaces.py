"""The package's clients, and how their calls are made and cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Protocol

from scenario_runner.calls import Made

Work = Callable[[], Coroutine[Any, Any, Made]]

#: A call that takes longer hangs; seconds of real time.
LONGEST = 60.0


@dataclass(frozen=True)
class Surface:
    """One of the package's clients, and the name under which its results are kept."""

    name: str
    is_async: bool


SURFACES = (Surface("python-sync", is_async=False), Surface("python-async", is_async=True))


class CallCancelledError(Exception):
    """The call was cancelled."""


class Running(Protocol):
    """A call that runs."""

    def cancel(self) -> None:
        """Cancels it, in the way of the language."""
        ...

    def wait(self) -> Made:
        """What it gives; raises what it raises, and ``CallCancelledError``."""
        ...


class Caller(Protocol):
    """Makes calls."""

    def start(self, work: Work, *, in_background: bool, cancelled: bool, cancels: bool) -> Running:
        """Starts a call.

        ``cancelled``: it is cancelled before it starts. ``cancels``: it will be cancelled later.
        """
        ...


def _run_now(work: Work) -> Made:
    """Runs a call of the synchronous client, which never suspends."""
    try:
        work().send(None)
    except StopIteration as ended:
        made: Made = ended.value
        return made
    raise RuntimeError("a call of the synchronous client was awaited")


class _Ended:
    """A call that has ended, or runs on a thread of its own."""

    def __init__(self, future: Future[Made]) -> None:
        self._future = future

    def cancel(self) -> None:
        raise RuntimeError("only calls on the main thread can be cancelled")

    def wait(self) -> Made:
        return self._future.result(LONGEST)


class Threads:
    """Makes calls of the synchronous client: in the background on a thread each."""

    def start(self, work: Work, *, in_background: bool, cancelled: bool, cancels: bool) -> Running:
        """Starts a call that nobody cancels."""
        if cancelled or cancels:
            raise RuntimeError("only calls on the main thread can be cancelled")
        future: Future[Made] = Future()
        if in_background:
            threading.Thread(target=_settle, args=(future, work), daemon=True).start()
        else:
            _settle(future, work)
        return _Ended(future)


def _settle(future: Future[Made], work: Work) -> None:
    try:
        future.set_result(_run_now(work))
    except BaseException as error:
        future.set_exception(error)


class _Interruptible:
    """A call that the main thread makes."""

    def __init__(self, work: Work, owner: MainThread) -> None:
        self.work = work
        self.cancelled = False
        self.future: Future[Made] = Future()
        self._owner = owner

    def cancel(self) -> None:
        self.cancelled = True
        self._owner.interrupt()

    def wait(self) -> Made:
        return self.future.result(LONGEST)


class MainThread:
    """Makes calls of the synchronous client that are cancelled: by Ctrl-C, on the main thread.

    A call that begins while another one runs is made inside that one's signal handler, and ends
    before it: a thread has but one stack.
    """

    def __init__(self) -> None:
        self._threads = Threads()
        self._waiting: deque[_Interruptible] = deque()
        self._running: list[_Interruptible] = []

    def start(self, work: Work, *, in_background: bool, cancelled: bool, cancels: bool) -> Running:
        """Starts a call, on the main thread if it is cancelled."""
        if not cancelled and not cancels:
            return self._threads.start(
                work, in_background=in_background, cancelled=False, cancels=False
            )
        call = _Interruptible(work, self)
        call.cancelled = cancelled
        self._waiting.append(call)
        self.interrupt()
        return call

    def interrupt(self) -> None:
        """Presses Ctrl-C."""
        signal.raise_signal(signal.SIGINT)

    def serve(self, driver: threading.Thread) -> None:
        """Makes the calls that are started by the other thread, until that one ends."""
        before = signal.signal(signal.SIGINT, self._on_signal)
        try:
            driver.start()
            while driver.is_alive():
                self._run_next()
                driver.join(0.01)
        finally:
            signal.signal(signal.SIGINT, before)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._run_next()
        if self._running and self._running[-1].cancelled:
            raise KeyboardInterrupt

    def _run_next(self) -> None:
        # A signal may come anywhere in here, and take the next one.
        with contextlib.suppress(IndexError):
            while True:
                self._make(self._waiting.popleft())

    def _make(self, call: _Interruptible) -> None:
        depth = len(self._running)
        try:
            self._running.append(call)
            if call.cancelled:
                self.interrupt()
            made = _run_now(call.work)
            del self._running[depth:]
            call.future.set_result(made)
        except KeyboardInterrupt:
            del self._running[depth:]
            call.future.set_exception(CallCancelledError())
        except Exception as error:
            del self._running[depth:]
            call.future.set_exception(error)


class _Task:
    """A call that an event loop makes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.future: Future[Made] = Future()
        self._loop = loop
        self._task: asyncio.Task[None] | None = None

    def begin(self, work: Work, cancelled: bool) -> None:
        self._task = self._loop.create_task(self._run(work))
        self._task.add_done_callback(self._ended)
        if cancelled:
            self._task.cancel()

    async def _run(self, work: Work) -> None:
        try:
            self.future.set_result(await work())
        except Exception as error:
            self.future.set_exception(error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self.future.set_exception(CallCancelledError())

    def cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def wait(self) -> Made:
        return self.future.result(LONGEST)


class EventLoop:
    """Makes calls of the asynchronous client, on an event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> EventLoop:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONGEST)
        self._loop.close()

    def start(self, work: Work, *, in_background: bool, cancelled: bool, cancels: bool) -> Running:
        """Starts a call as a task."""
        task = _Task(self._loop)
        self._loop.call_soon_threadsafe(task.begin, work, cancelled)
        return task
