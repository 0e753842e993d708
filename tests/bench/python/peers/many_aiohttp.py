"""The same job by hand: submit, wait, look, on the same schedule, over as many connections."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from peers.answer import HEADERS, QUESTION, answer, chat

FIRST_POLL = 2.0


async def wait_for_answer(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(f"{chat(url)}/async", json=QUESTION) as response:
        response.raise_for_status()
        accepted = await response.json()
    began = time.monotonic()
    gap = FIRST_POLL
    while True:
        await asyncio.sleep(gap)
        async with session.get(f"{chat(url)}/requests/{accepted['request_id']}") as response:
            response.raise_for_status()
            status = await response.json()
        if status.pop("status") == "completed":
            answer(status)
            return
        gap = min(5.0, max(1.0, 0.12 * (time.monotonic() - began)))


async def run(url: str, answers: int) -> None:
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector, headers=HEADERS) as session:
        await asyncio.gather(*(wait_for_answer(session, url) for _ in range(answers)))
