"""Uses clients from many threads: `threads.py MODE`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from uppzy import Uppzy


def together(count: int, work: Callable[[int], None]) -> None:
    """Do the work in that many threads, which all begin at the same moment."""
    barrier = threading.Barrier(count)
    faults: list[BaseException] = []

    def begin(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def shared() -> None:
    """Share one client, whose first call begins in all threads at once."""
    client = Uppzy()

    def work(number: int) -> None:
        for call in range(10):
            session = f"thread-{number}-{call}"
            assert client.chat.send("Hello?", session_id=session).session_id == session

    together(32, work)


def constructing() -> None:
    """Make clients at the same moment, for the first time in the process."""

    def work(number: int) -> None:
        with Uppzy() as client:
            client.chat.send("Hello?", session_id=f"made-{number}")

    together(8, work)


{"shared": shared, "constructing": constructing}[sys.argv[1]]()
print("ready", flush=True)
