from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pyreqwest.client import SyncClientBuilder

from peers.answer import HEADERS, QUESTION, answer, chat


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    builder = SyncClientBuilder().default_headers(HEADERS).timeout(timedelta(seconds=90))
    with builder.error_for_status(True).build() as session:

        def send() -> None:
            answer(session.post(chat(url)).body_json(QUESTION).build().send().json())

        yield send
