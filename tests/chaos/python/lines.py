"""Lines of JSON between the director and this process."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

# A process holds such a lock, and a thread in it the other one: forked children say something too,
# on the same output.
FILE = tempfile.TemporaryFile()  # noqa: SIM115


class Threads:
    """The lock of the threads of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def renew(self) -> None:
        """Forget who held it."""
        self.lock = threading.Lock()


THREADS = Threads()
# Another thread may have held it when the process was forked.
os.register_at_fork(after_in_child=THREADS.renew)


def say(**report: Any) -> None:
    """Say something in one piece."""
    line = json.dumps(report).encode() + b"\n"
    with THREADS.lock:
        fcntl.lockf(FILE, fcntl.LOCK_EX)
        try:
            while line:
                line = line[os.write(1, line) :]
        finally:
            fcntl.lockf(FILE, fcntl.LOCK_UN)


def orders() -> Iterator[dict[str, Any]]:
    """Give what the director says, until it is gone.

    Not by ``sys.stdin``: who reads there holds its lock, and a process of a pool, which closes it
    first of all, would wait for that lock for ever.
    """
    left = b""
    while piece := os.read(0, 1 << 16):
        *lines, left = (left + piece).split(b"\n")
        yield from (json.loads(line) for line in lines)
