"""Cancels a call when told to: `cancels.py LOOP WAY CALL`. Afterwards the client still works."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvloop
from uppzy import AsyncUppzy, ChatRequest, PollSchedule

LOOP, WAY, CALL = sys.argv[1:]
client = AsyncUppzy(poll=PollSchedule(first=0.05))
calls: dict[str, Callable[[], Awaitable[object]]] = {}


async def send() -> object:
    """Make the one round trip."""
    return await client.chat.send("Hello?", session_id="cancelled")


async def ask() -> object:
    """Submit, and wait."""
    return await client.chat.ask("Hello?", session_id="cancelled")


async def result() -> object:
    """Wait for what was submitted."""
    return await (await client.chat.submit("Hello?", session_id="cancelled"))


async def many() -> object:
    """Ask several questions at once."""
    questions = [ChatRequest("Hello?", session_id=f"many-{at}") for at in range(3)]
    return [outcome async for outcome in client.chat.ask_many(questions, concurrency=3)]


async def states() -> object:
    """Go through the states of a question."""
    pending = await client.chat.submit("Hello?", session_id="states")
    return [state async for state in pending]


async def upload() -> object:
    """Upload a file."""
    return await client.documents.upload(b"some text", file_name="some.txt")


CALLS = {
    "send": send,
    "back-off": send,
    "ask": ask,
    "result": result,
    "many": many,
    "states": states,
    "upload": upload,
}


async def told() -> None:
    """Wait for a line, without holding up the loop."""
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def cancel() -> None:
    """Cancel the task."""
    task = asyncio.ensure_future(CALLS[CALL]())
    await told()
    task.cancel()
    await task


async def wait_for() -> None:
    """Let `wait_for` run out of time."""
    await asyncio.wait_for(CALLS[CALL](), 1.5)


async def gather() -> None:
    """Cancel what gathers."""
    task = asyncio.gather(CALLS[CALL](), CALLS[CALL]())
    await told()
    task.cancel()
    await task


WAYS: dict[str, Callable[[], Awaitable[None]]] = {
    "cancel": cancel,
    "wait_for": wait_for,
    "gather": gather,
}

if sys.version_info >= (3, 11):

    async def timeout() -> None:
        """Let `asyncio.timeout` run out of time when told."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(None) as limit:

            async def expire() -> None:
                await told()
                limit.reschedule(loop.time())

            expiring = asyncio.create_task(expire())
            await CALLS[CALL]()
            await expiring

    async def task_group() -> None:
        """Let another task of the group fail."""

        async def called() -> None:
            await CALLS[CALL]()

        async def fail() -> None:
            await told()
            raise LookupError("another task of the group")

        async with asyncio.TaskGroup() as group:
            group.create_task(called())
            group.create_task(fail())

    WAYS.update(timeout=timeout, TaskGroup=task_group)


async def main() -> None:
    """Cancel, and go on with the same client in the same loop."""
    # Debugging tells of slow callbacks as well, which a busy machine has.
    asyncio.get_running_loop().slow_callback_duration = 60
    print("ready", flush=True)
    try:
        await WAYS[WAY]()
    except BaseException as error:
        print(type(error).__name__, flush=True)
    await told()
    await client.tenant.limits()
    print("works", flush=True)


if LOOP == "uvloop":
    uvloop.run(main())
else:
    asyncio.run(main(), debug=True)
