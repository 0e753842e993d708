"""Waits in a blocking call for Ctrl-C: `interrupts.py CALL`. Afterwards the client still works."""

from __future__ import annotations

import sys
from collections.abc import Callable

from uppzy import ChatRequest, PollSchedule, Uppzy

client = Uppzy(poll=PollSchedule(first=0.05))


def many() -> None:
    """Ask several questions at once."""
    questions = [ChatRequest("Hello?", session_id=f"many-{at}") for at in range(3)]
    for _ in client.chat.ask_many(questions, concurrency=3):
        pass


def states() -> None:
    """Go through the states of a question."""
    for _ in client.chat.submit("Hello?", session_id="states"):
        pass


def upload() -> None:
    """Upload a file."""
    client.documents.upload(b"some text", file_name="some.txt")


CALLS: dict[str, Callable[[], object]] = {
    "send": lambda: client.chat.send("Hello?", session_id="interrupted"),
    "ask": lambda: client.chat.ask("Hello?", session_id="interrupted"),
    "back-off": lambda: client.chat.send("Hello?", session_id="interrupted"),
    "result": lambda: client.chat.submit("Hello?", session_id="interrupted").result(),
    "states": states,
    "many": many,
    "upload": upload,
}

print("ready", flush=True)
try:
    CALLS[sys.argv[1]]()
except KeyboardInterrupt as interrupt:
    print(type(interrupt).__name__, flush=True)
# Still here, so that a socket that is released was released by the interrupt and not by the end.
sys.stdin.readline()
client.tenant.limits()
print("works", flush=True)
