"""Requests and answers as bytes, with as little of HTTP as will do: the floor for any client."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from peers.answer import HEADERS, QUESTION, answer, chat

END = b"\r\n\r\n"
LENGTH = b"content-length: "


def place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def head(url: str) -> str:
    parts = urlsplit(chat(url))
    fields = {"Host": parts.netloc, "Content-Type": "application/json", **HEADERS}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"POST {parts.path} HTTP/1.1\r\n{lines}"


def request(head: str) -> bytes:
    body = json.dumps(QUESTION)
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def is_whole(received: bytes) -> bool:
    fields, found, body = received.partition(END)
    if not found:
        return False
    length = fields.partition(LENGTH)[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


def read(received: bytes) -> None:
    if not received.startswith(b"HTTP/1.1 200 "):
        raise ValueError("the request was refused")
    answer(json.loads(received.partition(END)[2]))
