"""A cancelled call releases its socket and sends nothing more, however it is cancelled."""

from __future__ import annotations

import asyncio
import sys

import pytest

from support import Ended, Space, end, eventually, hear, start, tell

OPERATIONS = {
    "send": "chat.send",
    "back-off": "chat.send",
    "ask": "chat.status",
    "result": "chat.status",
    "many": "chat.status",
    "states": "chat.status",
    "upload": "documents.upload",
}
RAISES = {
    "cancel": "CancelledError",
    "gather": "CancelledError",
    "wait_for": "TimeoutError",
    "timeout": "TimeoutError",
    "TaskGroup": "ExceptionGroup",
}
# The last two came with Python 3.11.
WAYS = [way for way in RAISES if way not in ("timeout", "TaskGroup") or hasattr(asyncio, way)]
CASES = [
    *(("asyncio", way, call) for way in WAYS for call in ("send", "ask")),
    *(("asyncio", "cancel", call) for call in OPERATIONS if call not in ("send", "ask")),
    *(("uvloop", way, "send") for way in WAYS),
]


def test_all_ways_that_this_python_has_are_tried() -> None:
    """Only a Python before 3.11 has fewer."""
    assert len(WAYS) == (5 if sys.version_info >= (3, 11) else 3)


@pytest.mark.parametrize(("loop", "way", "call"), CASES)
def test_releases_the_socket(space: Space, loop: str, way: str, call: str) -> None:
    """The server answers in ten minutes, so whatever ends the call was the cancelling."""
    operation = OPERATIONS[call]
    if call == "back-off":
        later = {"status": 503, "headers": {"Retry-After": "1"}}
        space.set_rules({"match": {"operation": ["chat.send"]}, "effect": later})
    else:
        space.stall(operation)
    process = start(space, "cancels", loop, way, call)
    assert hear(process) == "ready"
    expected = {"gather": 2, "many": 3}.get(way if way == "gather" else call, 1)
    eventually("it is at the server", lambda: len(space.entries(operation)) == expected)
    if way != "wait_for":
        tell(process, "cancel")
    assert hear(process) == RAISES[way]
    if call != "back-off":
        # Long before the server would have answered, and while the program is still there.
        eventually("gone", lambda: set(space.fates(operation)) == {"client_gone"})
    seen = len(space.entries(operation))
    tell(process, "go on")
    assert end(process) == Ended(0, "works\n", "")
    assert len(space.entries(operation)) == seen == expected
    assert space.fates("tenant.limits") == ["answered"]
