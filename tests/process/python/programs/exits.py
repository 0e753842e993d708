"""Ends with calls in flight: `exits.py KIND MILLISECONDS`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time

from uppzy import AsyncUppzy, Uppzy, UppzyError

KIND, SECONDS = sys.argv[1], int(sys.argv[2]) / 1000


def stalled_thread(client: Uppzy) -> None:
    """Wait for an answer that does not come."""
    client.chat.send("Hello?", session_id="exit-1")


def busy_thread(client: Uppzy) -> None:
    """Make one call after another, also while the interpreter ends."""
    with contextlib.suppress(UppzyError):
        while True:
            client.tenant.limits()


def threads(work: object) -> None:
    """Leave threads behind that are inside calls."""
    client = Uppzy()
    client.tenant.limits()
    target = stalled_thread if work == "stalled" else busy_thread
    for _ in range(3):
        threading.Thread(target=target, args=(client,), daemon=True).start()
    time.sleep(SECONDS)


async def start_calls(client: AsyncUppzy) -> list[asyncio.Task[object]]:
    """Start calls of which half will never be answered."""
    await client.tenant.limits()
    calls: list[asyncio.Task[object]] = []
    for number in range(8):
        calls.append(asyncio.create_task(client.chat.send("Hello?", session_id=f"e-{number}")))
        calls.append(asyncio.create_task(client.tenant.limits()))
    await asyncio.sleep(SECONDS)
    return calls


async def cancelled() -> None:
    """Leave it to `asyncio.run` to cancel what is in flight."""
    await start_calls(AsyncUppzy())


def left_open() -> asyncio.AbstractEventLoop:
    """Leave the loop as it is, with its calls."""
    loop = asyncio.new_event_loop()
    for call in loop.run_until_complete(start_calls(AsyncUppzy())):
        # That tasks are left is what is tried here, and asyncio's own word on it of no interest.
        setattr(call, "_log_destroy_pending", False)  # noqa: B010
    return loop


def loop_in_thread() -> None:
    """Leave a loop behind that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(start_calls(AsyncUppzy()), loop).result()


if KIND in ("stalled", "busy"):
    threads(KIND)
elif KIND == "cancelled":
    asyncio.run(cancelled())
elif KIND == "left-open":
    kept = left_open()
elif KIND == "loop-in-thread":
    loop_in_thread()
else:
    raise SystemExit(f"there is no {KIND}")
print("ready", flush=True)
