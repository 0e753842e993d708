from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from peers.answer import HEADERS, QUESTION, answer, chat

LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=None)


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    session = httpx.AsyncClient(headers=HEADERS, limits=LIMITS, timeout=90, trust_env=False)
    async with session:

        async def send() -> None:
            response = await session.post(chat(url), json=QUESTION)
            response.raise_for_status()
            answer(response.json())

        yield send
