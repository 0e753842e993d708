"""The interpreter ends with calls in flight: no crash, and not a word on stderr."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from support import Ended, Space, run

TIMES = 40


@pytest.mark.parametrize("kind", ["stalled", "busy", "cancelled", "left-open", "loop-in-thread"])
def test_exits_with_calls_in_flight(space: Space, kind: str) -> None:
    """Each exit comes at another moment of its calls."""
    space.stall("chat.send")

    def once(number: int) -> Ended:
        return run(space, "exits", kind, number)

    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(once, range(TIMES)))
    assert [ended for ended in ends if ended != Ended(0, "ready\n", "")] == []
    assert len(ends) == TIMES
    if kind != "busy":
        # Some were so early that nothing was sent; of the others none was answered.
        assert "client_gone" in space.fates("chat.send")
        assert "answered" not in space.fates("chat.send")
