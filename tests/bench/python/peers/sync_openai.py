from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from openai import OpenAI

from peers.answer import KEY, MESSAGE


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    with OpenAI(base_url=url, api_key=KEY, max_retries=0, timeout=90) as session:
        messages: Any = [{"role": "user", "content": MESSAGE}]

        def send() -> None:
            completion = session.chat.completions.create(model="bench", messages=messages)
            if not completion.choices[0].message.content:
                raise ValueError("the answer was not the expected one")

        yield send
