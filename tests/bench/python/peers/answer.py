"""The question and the answer of the clients that know nothing of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KEY = "bench-key-0123456789"
MESSAGE = "Can I return a lamp that I bought three weeks ago without its box?"
SESSION = "bench-session"
QUESTION = {"session_id": SESSION, "message": MESSAGE}
HEADERS = {"X-API-Key": KEY, "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as an application would hold it."""

    session_id: str
    request_id: str
    answer: str
    confidence_level: str
    confidence_score: float


def answer(fields: dict[str, Any]) -> Answer:
    read = Answer(**fields)
    if not read.answer or read.confidence_score <= 0:
        raise ValueError("the answer was not the expected one")
    return read


def chat(url: str) -> str:
    return f"{url}/m2m/sites/site-bench/chat"
