from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from peers.answer import HEADERS, QUESTION, answer, chat


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=90)
    session = aiohttp.ClientSession(connector=connector, headers=HEADERS, timeout=timeout)
    async with session:

        async def send() -> None:
            async with session.post(chat(url), json=QUESTION) as response:
                response.raise_for_status()
                answer(await response.json())

        yield send
