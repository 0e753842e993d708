"""Logs by way of `logging`: `logs.py MODE`."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

LOCK = threading.Lock()
if sys.argv[1] == "exiting":
    # After what the package does at the exit, and before what `logging` does.
    atexit.register(LOCK.release)

import uppzy  # noqa: E402

records: list[logging.LogRecord] = []


class Locking(logging.Handler):
    """A handler that needs a lock which the main thread holds."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record, once the lock is free."""
        with LOCK:
            records.append(record)


logger = logging.getLogger("uppzy")
logger.addHandler(Locking())
logger.setLevel(logging.DEBUG)
client = uppzy.Uppzy()


def calls(count: int) -> None:
    """Make calls."""
    for _ in range(count):
        client.tenant.limits()


def records_come() -> None:
    """Wait for records, for as long as that is sensible."""
    until = time.monotonic() + 20
    while not records and time.monotonic() < until:
        time.sleep(0.01)
    assert records


def off() -> None:
    """Without being asked, nothing is logged and no thread of Python's is there."""
    calls(5)
    time.sleep(0.2)
    assert not records
    assert threading.active_count() == 1


def locked() -> None:
    """The main thread holds the lock while it calls more often than the queue is long."""
    uppzy.enable_logging(logging.DEBUG)
    with LOCK:
        calls(1500)
        assert not records
    records_come()
    assert all(record.name.split(".")[0] == "uppzy" for record in records)


def constructing() -> None:
    """Clients are made and dropped while a handler waits."""
    uppzy.enable_logging(logging.DEBUG)
    with LOCK:
        calls(1)
        for _ in range(5):
            with uppzy.Uppzy() as another:
                another.tenant.limits()
    records_come()


def exiting() -> None:
    """The program ends while a handler waits for a lock that is opened later still."""
    uppzy.enable_logging(logging.DEBUG)
    LOCK.acquire()
    calls(20)


def forked() -> None:
    """The child is not held up by a thread that it has not."""
    uppzy.enable_logging(logging.DEBUG)
    calls(20)
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        calls(3)
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    calls(1)
    records_come()


MODES: dict[str, Callable[[], None]] = {
    "off": off,
    "locked": locked,
    "constructing": constructing,
    "exiting": exiting,
    "forked": forked,
}
MODES[sys.argv[1]]()
print("ready", flush=True)
