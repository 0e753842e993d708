"""One client in a process of its own: does a job, and prints what it took as a line of JSON.

python client.py JOB CLIENT URL REQUESTS CONCURRENCY
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import repeat
from typing import Any, NamedTuple

Send = Callable[[], Any]
AsyncSend = Callable[[], Awaitable[Any]]
#: Of the measured requests, so many come before: connections stand, caches are warm.
WARM_UP = 0.2


class Used(NamedTuple):
    """Processor time of a process with all its threads, in seconds."""

    whole: float
    #: The part that went by in the kernel.
    kernel: float

    def since(self, before: Used) -> Used:
        return Used(self.whole - before.whole, self.kernel - before.kernel)


def used() -> Used:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_stime)


def peak_memory() -> int:
    """The most memory that was resident so far, in bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) * 1024


def figures(cpu: Used, wall: float, times: list[float]) -> dict[str, float]:
    times.sort()
    count = len(times)
    return {
        "cpu_per_10k": cpu.whole * 10_000 / count,
        "kernel_per_10k": cpu.kernel * 10_000 / count,
        "requests_per_second": count / wall,
        "p50_ms": times[count // 2] * 1_000,
        "p99_ms": times[min(count - 1, count * 99 // 100)] * 1_000,
        "peak_memory": peak_memory(),
    }


def work(send: Send, count: int) -> list[float]:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        send()
        times.append(time.perf_counter() - began)
    return times


def blocking(module: Any, url: str, requests: int, threads: int) -> dict[str, float]:
    with module.client(url, threads) as send, ThreadPoolExecutor(threads) as pool:

        def run(count: int) -> list[float]:
            if threads == 1:
                return work(send, count)
            parts = pool.map(work, repeat(send, threads), repeat(count // threads))
            return [taken for part in parts for taken in part]

        run(max(threads, int(requests * WARM_UP)))
        cpu, began = used(), time.perf_counter()
        times = run(requests)
        return figures(used().since(cpu), time.perf_counter() - began, times)


async def asynchronous(module: Any, url: str, requests: int, tasks: int) -> dict[str, float]:
    async with module.client(url, tasks) as send:

        async def work(count: int) -> list[float]:
            times = []
            for _ in range(count):
                began = time.perf_counter()
                await send()
                times.append(time.perf_counter() - began)
            return times

        async def run(count: int) -> list[float]:
            parts = await asyncio.gather(*(work(count // tasks) for _ in range(tasks)))
            return [taken for part in parts for taken in part]

        await run(max(tasks, int(requests * WARM_UP)))
        cpu, began = used(), time.perf_counter()
        times = await run(requests)
        return figures(used().since(cpu), time.perf_counter() - began, times)


def run_loop(main: Any, with_uvloop: bool) -> Any:
    if not with_uvloop:
        return asyncio.run(main)
    import uvloop

    return uvloop.run(main)


def send(client: str, url: str, requests: int, concurrency: int) -> dict[str, float]:
    surface, _, name = client.partition(":")
    name, _, loop = name.partition("+")
    module = import_module(f"peers.{surface}_{name}")
    if surface == "sync":
        return blocking(module, url, requests, concurrency)
    result: dict[str, float] = run_loop(
        asynchronous(module, url, requests, concurrency), loop == "uvloop"
    )
    return result


def many(client: str, url: str, answers: int) -> dict[str, float]:
    """Awaits so many answers at once."""
    module = import_module(f"peers.many_{client.partition(':')[2]}")
    began = time.perf_counter()
    asyncio.run(module.run(url, answers))
    wall = time.perf_counter() - began
    return {
        "cpu_per_10k": used().whole * 10_000 / answers,
        "kernel_per_10k": used().kernel * 10_000 / answers,
        "seconds": wall,
        "peak_memory": peak_memory(),
    }


def cold(client: str, url: str) -> dict[str, float]:
    """From the start of the process to the first answer."""
    surface, _, name = client.partition(":")
    if name:
        module = import_module(f"peers.{surface}_{name}")
        if surface == "sync":
            with module.client(url, 1) as send:
                send()
        else:

            async def main() -> None:
                async with module.client(url, 1) as send:
                    await send()

            asyncio.run(main())
    return {"cpu_ms": used().whole * 1_000, "peak_memory": peak_memory()}


def main() -> None:
    job, client, url, *numbers = sys.argv[1:]
    if job == "cold":
        result = cold(client, url)
    elif job == "many":
        result = many(client, url, int(numbers[0]))
    else:
        result = send(client, url, int(numbers[0]), int(numbers[1]))
    print(json.dumps(result), flush=True)
    # Some clients end slowly, which is no part of the job.
    os._exit(0)


if __name__ == "__main__":
    main()
