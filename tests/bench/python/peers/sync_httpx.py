from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from peers.answer import HEADERS, QUESTION, answer, chat

LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=None)


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    with httpx.Client(headers=HEADERS, limits=LIMITS, timeout=90, trust_env=False) as session:

        def send() -> None:
            response = session.post(chat(url), json=QUESTION)
            response.raise_for_status()
            answer(response.json())

        yield send
