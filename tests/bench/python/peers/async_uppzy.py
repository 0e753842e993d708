from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from uppzy import AsyncUppzy

# Not from `peers.answer`: it would be imported at the start, which is measured.
KEY = "bench-key-0123456789"
MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?"


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    async with AsyncUppzy(api_key=KEY, base_url=url, site_id="site-bench", environment={}) as uppzy:

        async def send() -> None:
            answer = await uppzy.chat.send(MESSAGE, session_id="bench-session")
            if not answer.answer or answer.confidence_score is None:
                raise ValueError("the answer was not the expected one")

        yield send
