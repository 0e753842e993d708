"""One client serves several event loops, of asyncio and of uvloop."""

from __future__ import annotations

import pytest

from support import Ended, Space, run

ANSWERED = {"one-after-another": 60, "in-threads": 180, "closed-with-calls": 20, "many": 600}


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
@pytest.mark.parametrize("mode", list(ANSWERED))
def test_serves_several_loops(space: Space, loop: str, mode: str) -> None:
    """Every call gets its own answer, and a closed loop is no reason to say anything."""
    if mode == "closed-with-calls":
        # So that answers come when their loop is closed already.
        space.set_rules({"match": {"operation": ["chat.send"]}, "effect": {"delay_ms": 60}})
    assert run(space, "loops", loop, mode) == Ended(0, "ready\n", "")
    answered = space.fates("chat.send").count("answered")
    assert answered >= ANSWERED[mode] if mode == "closed-with-calls" else answered == ANSWERED[mode]
