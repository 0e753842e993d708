"""Ctrl-C ends a blocking call: KeyboardInterrupt, the socket released, no further request."""

from __future__ import annotations

import signal

import pytest

from support import Ended, Space, end, eventually, hear, start, tell

# The call, what the server sees of it while it waits, and what must not be asked again afterwards.
CALLS = [
    ("send", "chat.send"),
    ("ask", "chat.status"),
    ("back-off", "chat.send"),
    ("result", "chat.status"),
    ("states", "chat.status"),
    ("many", "chat.status"),
    ("upload", "documents.upload"),
]


@pytest.mark.parametrize(("call", "operation"), CALLS)
def test_ends_a_blocking_call(space: Space, call: str, operation: str) -> None:
    """The server answers in ten minutes, so whatever ends the call was the interrupt."""
    if call == "back-off":
        later = {"status": 503, "headers": {"Retry-After": "40"}}
        space.set_rules({"match": {"operation": ["chat.send"]}, "effect": later})
    else:
        space.stall(operation)
    process = start(space, "interrupts", call)
    assert hear(process) == "ready"
    eventually("the request is at the server", lambda: bool(space.entries(operation)))
    process.send_signal(signal.SIGINT)
    assert hear(process) == "KeyboardInterrupt"
    if call != "back-off":
        # Long before the server would have answered.
        eventually("gone", lambda: set(space.fates(operation)) == {"client_gone"})
    seen = len(space.entries(operation))
    tell(process, "go on")
    assert end(process) == Ended(0, "works\n", "")
    assert len(space.entries(operation)) == seen
    assert space.fates("tenant.limits") == ["answered"]


def test_uncaught_it_ends_the_program_as_python_does(space: Space) -> None:
    """The shell sees a program that was ended by SIGINT."""
    space.stall("chat.send")
    process = start(space, "uncaught")
    eventually("the request is at the server", lambda: bool(space.entries("chat.send")))
    process.send_signal(signal.SIGINT)
    ended = end(process)
    assert ended.code == -signal.SIGINT
    assert ended.stderr.rstrip().endswith("KeyboardInterrupt")
    assert "panicked" not in ended.stderr
