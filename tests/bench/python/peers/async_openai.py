from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from openai import AsyncOpenAI

from peers.answer import KEY, MESSAGE


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    async with AsyncOpenAI(base_url=url, api_key=KEY, max_retries=0, timeout=90) as session:
        messages: Any = [{"role": "user", "content": MESSAGE}]

        async def send() -> None:
            completion = await session.chat.completions.create(model="bench", messages=messages)
            if not completion.choices[0].message.content:
                raise ValueError("the answer was not the expected one")

        yield send
