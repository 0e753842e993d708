"""Says how much the process grows: `memory.py KIND COUNT`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable

from uppzy import AsyncUppzy, NotFoundError, Uppzy

from growth import state

KIND, COUNT = sys.argv[1], int(sys.argv[2])
AT_ONCE = 32


def blocking(client: Uppzy) -> Callable[[int], None]:
    """Make calls one after another."""

    def work(count: int) -> None:
        for _ in range(count):
            client.tenant.limits()

    return work


def asynchronous(client: AsyncUppzy, loop: asyncio.AbstractEventLoop) -> Callable[[int], None]:
    """Make calls at once, of which one in sixteen is cancelled."""

    async def calls(count: int) -> None:
        for _ in range(count // AT_ONCE):
            tasks = [asyncio.ensure_future(client.tenant.limits()) for _ in range(AT_ONCE)]
            await asyncio.sleep(0)
            for task in tasks[::16]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return lambda count: loop.run_until_complete(calls(count))


def failures(client: Uppzy) -> Callable[[int], None]:
    """Make calls that fail, and keep none of the errors."""
    elsewhere = client.for_site("another-site")

    def work(count: int) -> None:
        for _ in range(count):
            try:
                elsewhere.site.get()
            except NotFoundError:
                continue
            raise AssertionError("it did not fail")

    return work


def clients(count: int) -> None:
    """Make clients, use them and drop them, every second one without closing it."""
    for number in range(count):
        client = Uppzy()
        client.tenant.limits()
        if number % 2:
            client.close()
        del client


def loops(count: int) -> None:
    """Use a client from one event loop after another."""
    client = AsyncUppzy()

    async def one() -> None:
        await asyncio.gather(client.tenant.limits(), client.tenant.limits())

    for _ in range(count):
        asyncio.run(one())


work: Callable[[int], None]
if KIND == "calls":
    work = blocking(Uppzy())
elif KIND == "async-calls":
    work = asynchronous(AsyncUppzy(), asyncio.new_event_loop())
elif KIND == "failures":
    work = failures(Uppzy())
elif KIND == "clients":
    work = clients
elif KIND == "loops":
    work = loops
else:
    raise SystemExit(f"there is no {KIND}")
# What is made once and kept is made here.
work(COUNT // 4)
before = state()
work(COUNT - COUNT // 4)
print(json.dumps([before, state()]))
