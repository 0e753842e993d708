"""Makes very many calls in one process, and says how it grows: `soak.py CALLS FAILURES CLIENTS`."""

from __future__ import annotations

import asyncio
import json
import sys

from uppzy import AsyncUppzy, NotFoundError, Uppzy

from growth import state

CALLS, FAILURES, CLIENTS = map(int, sys.argv[1:])
ROUNDS = 10
AT_ONCE = 32
#: Of a round's calls, so many are made one after another; the others in an event loop.
BLOCKING = 0.2


async def concurrent(client: AsyncUppzy, count: int) -> None:
    """Make calls, 32 at a time: questions among them, and some that are cancelled."""
    for batch in range(count // AT_ONCE):
        calls = [client.tenant.limits() for _ in range(AT_ONCE - 1)]
        asked = client.chat.send("When are you open?", session_id="soak")
        tasks = [asyncio.ensure_future(call) for call in (*calls, asked)]
        if batch % 100 == 0:
            await asyncio.sleep(0)
            tasks[0].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        failed = [result for result in results if isinstance(result, Exception)]
        if failed:
            raise failed[0]


def fail(client: Uppzy, count: int) -> None:
    """Make calls that fail."""
    elsewhere = client.for_site("another-site")
    for _ in range(count):
        try:
            elsewhere.site.get()
        except NotFoundError:
            continue
        raise AssertionError("it did not fail")


def drop(count: int) -> None:
    """Make clients, use them, and drop them, every second one without closing it."""
    for number in range(count):
        client = Uppzy()
        client.tenant.limits()
        if number % 2:
            client.close()


blocking, asynchronous = Uppzy(), AsyncUppzy()
loop = asyncio.new_event_loop()
for _ in range(ROUNDS):
    one_by_one = int(CALLS / ROUNDS * BLOCKING)
    for _ in range(one_by_one):
        blocking.tenant.limits()
    loop.run_until_complete(concurrent(asynchronous, CALLS // ROUNDS - one_by_one))
    fail(blocking, FAILURES // ROUNDS)
    drop(CLIENTS // ROUNDS)
    print(json.dumps(state()), flush=True)
loop.close()
