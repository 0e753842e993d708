from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import impit

from peers.answer import HEADERS, QUESTION, answer, chat


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    async with impit.AsyncClient(
        headers={**HEADERS, "Content-Type": "application/json"}
    ) as session:

        async def send() -> None:
            response = await session.post(
                chat(url), content=json.dumps(QUESTION).encode(), timeout=90
            )
            response.raise_for_status()
            answer(response.json())

        yield send
