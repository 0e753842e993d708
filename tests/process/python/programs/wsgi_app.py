"""A WSGI application that is loaded before gunicorn forks its workers."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable

from uppzy import PollSchedule, Uppzy

# The sandbox has its answers at once.
client = Uppzy(poll=PollSchedule(first=0.05))
client.tenant.limits()
LOADED_BY = os.getpid()

StartResponse = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, object], start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the assistant's words, and with who said so."""
    answer = client.chat.ask("Hello?", session_id=str(environ["QUERY_STRING"]))
    body = json.dumps(
        {"session": answer.session_id, "worker": os.getpid(), "loaded_by": LOADED_BY}
    ).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [body]
