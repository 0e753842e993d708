from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import impit

from peers.answer import HEADERS, QUESTION, answer, chat


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    with impit.Client(headers={**HEADERS, "Content-Type": "application/json"}) as session:

        def send() -> None:
            response = session.post(chat(url), content=json.dumps(QUESTION).encode(), timeout=90)
            response.raise_for_status()
            answer(response.json())

        yield send
