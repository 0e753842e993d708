"""Lines of JSON between the director and this process."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
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


def read_order(line: bytes) -> dict[str, Any] | None:
    """Read what the director says; nothing more comes when it is gone."""
    if not line:
        return None
    order: dict[str, Any] = json.loads(line)
    return order
