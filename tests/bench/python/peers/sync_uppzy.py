from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uppzy import Uppzy

# Not from `peers.answer`: it would be imported at the start, which is measured.
KEY = "bench-key-0123456789"
MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?"


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    with Uppzy(api_key=KEY, base_url=url, site_id="site-bench", environment={}) as uppzy:

        def send() -> None:
            answer = uppzy.chat.send(MESSAGE, session_id="bench-session")
            if not answer.answer or answer.confidence_score is None:
                raise ValueError("the answer was not the expected one")

        yield send
