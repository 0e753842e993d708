"""The worker of the chaos run in Python, with either surface of the package.

python worker.py sync|async

Is told on its standard input what to do, and says on its standard output what came of it: a line of
JSON each. ../src/orders.rs lists them.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from uppzy import AsyncUppzy, Uppzy

from calls import call
from lines import orders, say

#: More than the director has under way, so that nothing waits for a thread.
THREADS = 64


def call_now(client: Uppzy, order: dict[str, Any]) -> None:
    """Make a call of the blocking client; its coroutine never waits."""
    coroutine = call(client, order)
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("a blocking call has waited")


def closing(client: Uppzy | AsyncUppzy) -> None:
    """Close the client, and say what it tells of itself."""
    client.close()
    metrics = client.metrics()
    say(report="closed", said=f"{client!r} {metrics!r} {metrics.to_prometheus()}")


class Sync:
    """Calls in threads; forks in the middle of them."""

    def __init__(self) -> None:
        self.client = Uppzy()

    def run(self) -> None:
        """Work until told to finish."""
        say(report="ready")
        with ThreadPoolExecutor(THREADS) as pool:
            for order in orders():
                name = order["order"]
                if name == "call":
                    pool.submit(self.call, order)
                elif name == "set_key":
                    self.client.set_api_key(order["key"])
                    say(report="key_set")
                elif name == "renew":
                    self.client.close()
                    self.client = Uppzy(api_key=order["key"])
                elif name == "fork" and order["pool"]:
                    pool.submit(self.fork_pool, order["calls"])
                elif name == "fork":
                    self.fork(order["calls"])
                elif name == "close":
                    closing(self.client)
                else:
                    break

    def call(self, order: dict[str, Any]) -> None:
        """Make a call; nothing that goes wrong here may get lost in a pool."""
        try:
            call_now(self.client, order)
        except BaseException:
            traceback.print_exc()
            raise

    def fork(self, calls: list[dict[str, Any]]) -> None:
        """Fork while other threads are in calls, and make these in the child."""
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for order in calls:
                    self.call(order)
                code = 0
            finally:
                os._exit(code)
        say(report="forked")

        def wait() -> None:
            _, status = os.waitpid(child, 0)
            say(report="joined", code=os.waitstatus_to_exitcode(status))

        threading.Thread(target=wait, daemon=True).start()

    def fork_pool(self, calls: list[dict[str, Any]]) -> None:
        """Make the calls in a pool of processes, as prefork servers do."""
        code = 0
        try:
            with multiprocessing.get_context("fork").Pool(2) as pool:
                say(report="forked")
                pool.map(call_inherited, calls, chunksize=1)
                pool.close()
                pool.join()
        except BaseException:
            traceback.print_exc()
            code = 1
        say(report="joined", code=code)


#: The worker, for the processes that are forked from it.
INHERITED: list[Sync] = []


def call_inherited(order: dict[str, Any]) -> None:
    """Make a call in a process of a pool, with the client of the parent."""
    INHERITED[0].call(order)


async def run_async() -> None:
    """Work with the client for asyncio until told to finish."""
    client = AsyncUppzy()
    reader = asyncio.StreamReader(limit=1 << 20)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin.buffer)
    tasks: set[asyncio.Task[None]] = set()
    say(report="ready")
    while line := await reader.readline():
        order = json.loads(line)
        name = order["order"]
        if name == "call":
            task = asyncio.create_task(cancellable(client, order))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        elif name == "set_key":
            client.set_api_key(order["key"])
            say(report="key_set")
        elif name == "renew":
            client.close()
            client = AsyncUppzy(api_key=order["key"])
        elif name == "close":
            closing(client)
        else:
            break


async def cancellable(client: AsyncUppzy, order: dict[str, Any]) -> None:
    """Make a call, and cancel its task if the order says so."""
    task = asyncio.current_task()
    if task is not None and order["cancel_after_ms"]:
        asyncio.get_running_loop().call_later(order["cancel_after_ms"] / 1_000, task.cancel)
    try:
        await call(client, order)
    except asyncio.CancelledError:
        # The call has said that it was cancelled.
        return
    except BaseException:
        traceback.print_exc()
        raise


def main() -> None:
    if sys.argv[1] == "async":
        asyncio.run(run_async())
        return
    worker = Sync()
    INHERITED.append(worker)
    worker.run()


if __name__ == "__main__":
    main()
