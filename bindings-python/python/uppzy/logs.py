"""Events of all clients as records of Python's ``logging``, off until asked for."""

from __future__ import annotations

import atexit
import logging
import os
import threading

from uppzy import _native

_INTERVAL = 1.0
_LONGEST_SHUTDOWN = 1.0

_logger = logging.getLogger("uppzy")
_changing = threading.RLock()
# Held while records are handled, and during a fork: a handler's file must not be in the middle of a
# line then. Reentrant, since a handler may fork.
_handling = threading.RLock()
_running: tuple[_native.LogReader, threading.Thread] | None = None


def enable_logging(level: int | str = logging.INFO) -> None:
    """Logs what all clients of the process do, to the logger ``uppzy``.

    A thread of Python's own does it, from a bounded queue that drops the oldest, so that logging
    never holds up a call. Records hold no key, no message and no address; their ``event`` attribute
    has the event as plain data. A call that went wrong is a warning, one that went well is
    information, and attempts, retries and polls are for debugging.

    Args:
        level: The level of the logger ``uppzy``. Handlers are yours to set up.
    """
    global _running
    with _changing:
        _logger.setLevel(level)
        if _running is None:
            _running = _started()


def disable_logging() -> None:
    """Ends what :func:`enable_logging` began, once what has come is logged."""
    global _running
    with _changing:
        running, _running = _running, None
    if running is not None:
        reader, thread = running
        reader.close()
        if thread is not threading.current_thread():
            thread.join(_LONGEST_SHUTDOWN)


def _started() -> tuple[_native.LogReader, threading.Thread]:
    reader = _native.LogReader()
    thread = threading.Thread(target=_pump, args=(reader,), name="uppzy-logging", daemon=True)
    thread.start()
    return reader, thread


def _pump(reader: _native.LogReader) -> None:
    while (events := reader.next(_INTERVAL)) is not None:
        with _handling:
            for line, event in events:
                level = _level(event)
                if _logger.isEnabledFor(level):
                    _logger.log(level, "%s", line, extra={"event": event})


def _level(event: dict[str, object]) -> int:
    if event["event"] != "call_ended":
        return logging.DEBUG
    return logging.INFO if event["error"] is None else logging.WARNING


def _before_fork() -> None:
    _handling.acquire()


def _after_fork_in_parent() -> None:
    _handling.release()


def _after_fork_in_child() -> None:
    global _changing, _handling, _running
    _changing = threading.RLock()
    _handling = threading.RLock()
    _native.forget_log_reader()
    if _running is not None:
        _running = _started()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
atexit.register(disable_logging)
