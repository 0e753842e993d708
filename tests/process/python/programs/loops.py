"""Uses one client from several event loops: `loops.py LOOP MODE`."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Callable

import uvloop
from uppzy import AsyncUppzy

LOOP, MODE = sys.argv[1:]
client = AsyncUppzy()


def new_loop() -> asyncio.AbstractEventLoop:
    """Make a loop of the kind in question."""
    if LOOP == "uvloop":
        return uvloop.new_event_loop()
    return asyncio.new_event_loop()


def run_once(name: str, calls: int) -> None:
    """Make calls at once in a loop that is closed afterwards."""

    async def one(number: int) -> None:
        session = f"{name}-{number}"
        answer = await client.chat.send("Hello?", session_id=session)
        assert answer.session_id == session, (answer.session_id, session)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(calls)))

    loop = new_loop()
    try:
        loop.run_until_complete(all_of_them())
    finally:
        loop.close()


def one_after_another() -> None:
    """Each loop begins when the one before is closed."""
    for number in range(6):
        run_once(f"loop-{number}", 10)


def in_threads() -> None:
    """All loops run at the same time."""
    faults: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for time in range(3):
                run_once(f"thread-{number}-{time}", 10)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults


def closed_with_calls() -> None:
    """Loops are closed while their calls are in flight; the answers come later, to nobody."""

    async def begin(number: int) -> None:
        for call in range(5):
            task = asyncio.ensure_future(client.chat.send("?", session_id=f"left-{number}-{call}"))
            # That tasks are left is what is tried, and asyncio's own word on it of no interest.
            setattr(task, "_log_destroy_pending", False)  # noqa: B010
            kept.append(task)
        await asyncio.sleep(0.02 * number)

    kept: list[asyncio.Task[object]] = []
    for number in range(6):
        loop = new_loop()
        loop.run_until_complete(begin(number))
        loop.close()
        if number % 2:
            # Also without anybody who remembers the loop.
            kept.clear()
            del loop
            gc.collect()
    run_once("after", 10)
    kept.clear()
    gc.collect()
    run_once("at-last", 10)


def many() -> None:
    """More calls at once than any queue or pipe holds."""
    run_once("many", 600)


MODES: dict[str, Callable[[], None]] = {
    "one-after-another": one_after_another,
    "in-threads": in_threads,
    "closed-with-calls": closed_with_calls,
    "many": many,
}
MODES[MODE]()
print("ready", flush=True)
