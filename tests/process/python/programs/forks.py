"""Forks in every way: `forks.py MODE`. A child that hangs is ended by its alarm."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from uppzy import AsyncUppzy, PollSchedule, Uppzy

CHILD_SECONDS = 30
# The sandbox has its answers at once.
client = Uppzy(poll=PollSchedule(first=0.05))


def ask(of: Uppzy = client, session: str = "fork") -> None:
    """Make a call of each kind: one read, and one question with its polls."""
    of.tenant.limits()
    answer = of.chat.ask("Hello?", session_id=f"{session}-{os.getpid()}")
    assert answer.session_id == f"{session}-{os.getpid()}"


async def ask_async(of: AsyncUppzy) -> None:
    """Make several calls at once."""
    await asyncio.gather(*(of.tenant.limits() for _ in range(4)))


def in_child(work: Callable[[], None]) -> None:
    """Do the work in a forked child, which ends as an interpreter does."""
    child = os.fork()
    if child == 0:
        signal.alarm(CHILD_SECONDS)
        work()
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise SystemExit(f"the child ended with {status}")


def in_pool(number: int) -> int:
    """Work of a process of a pool."""
    signal.alarm(CHILD_SECONDS)
    ask(session=f"pool-{number}")
    return os.getpid()


def before_use() -> None:
    """Fork a process with a client that made no call yet."""
    in_child(ask)
    ask()


def after_use() -> None:
    """Fork a process whose client has connections and a runtime."""
    ask()
    in_child(ask)
    ask()
    in_child(lambda: in_child(ask))
    in_child(lambda: ask(Uppzy()))
    ask()


def while_calling() -> None:
    """Fork while other threads are inside calls."""
    stop = threading.Event()

    def calls() -> None:
        while not stop.is_set():
            client.tenant.limits()

    threads = [threading.Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        in_child(ask)
    stop.set()
    for thread in threads:
        thread.join()
    ask()


def pending() -> None:
    """Take an answer in the child that the parent asked for."""
    question = client.chat.submit("Hello?", session_id="before-the-fork")

    def take() -> None:
        assert question.result().request_id == question.request_id
        assert client.chat.resume(question.token).result().request_id == question.request_id

    in_child(take)
    assert question.result().request_id == question.request_id


def asynchronous() -> None:
    """Fork between two event loops, and use one in the child."""
    of = AsyncUppzy()
    asyncio.run(ask_async(of))
    in_child(lambda: asyncio.run(ask_async(of)))
    in_child(lambda: asyncio.run(ask_async(AsyncUppzy())))
    asyncio.run(ask_async(of))


def inside_loop() -> None:
    """Fork from inside a running event loop with calls in flight."""
    of = AsyncUppzy()

    async def main() -> None:
        calls = [asyncio.create_task(of.tenant.limits()) for _ in range(8)]
        await asyncio.sleep(0)
        child = os.fork()
        if child == 0:
            signal.alarm(CHILD_SECONDS)
            code = 1
            try:
                ask()
                code = 0
            finally:
                os._exit(code)
        await asyncio.gather(*calls)
        _, status = os.waitpid(child, 0)
        assert status == 0, status
        await ask_async(of)

    asyncio.run(main())


def closed() -> None:
    """A client that the parent closed stays closed in the child, and the other way round."""
    ask()
    in_child(client.close)
    ask()


def pool() -> None:
    """Use `multiprocessing` with its start method `fork`."""
    ask()
    with multiprocessing.get_context("fork").Pool(2) as workers:
        pids = workers.map(in_pool, range(6), chunksize=1)
    assert os.getpid() not in pids
    ask()


def process() -> None:
    """Use processes that end by themselves, which runs their exit hooks."""
    ask()
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=in_pool, args=(number,)) for number in range(3)]
    for one in processes:
        one.start()
    for one in processes:
        one.join(CHILD_SECONDS)
        assert one.exitcode == 0, one.exitcode
    ask()


def building() -> None:
    """Fork while other threads build clients."""

    def build() -> None:
        for _ in range(10):
            Uppzy().close()
            time.sleep(0.02)

    threads = [threading.Thread(target=build) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        in_child(ask)
    ask()


MODES: dict[str, Callable[[], None]] = {
    "before-use": before_use,
    "after-use": after_use,
    "while-calling": while_calling,
    "pending": pending,
    "asynchronous": asynchronous,
    "inside-loop": inside_loop,
    "closed": closed,
    "pool": pool,
    "process": process,
    "building": building,
}

if __name__ == "__main__":
    MODES[sys.argv[1]]()
    print("ready", flush=True)
