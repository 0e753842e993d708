from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from pyreqwest.client import ClientBuilder

from peers.answer import HEADERS, QUESTION, answer, chat


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    builder = ClientBuilder().default_headers(HEADERS).timeout(timedelta(seconds=90))
    async with builder.error_for_status(True).build() as session:

        async def send() -> None:
            response = await session.post(chat(url)).body_json(QUESTION).build().send()
            answer(await response.json())

        yield send
