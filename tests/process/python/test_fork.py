"""A client works in the parent and in the child, whenever the fork was."""

from __future__ import annotations

import pytest

from support import Ended, Space, run

MODES = [
    "before-use",
    "after-use",
    "while-calling",
    "pending",
    "asynchronous",
    "inside-loop",
    "closed",
    "pool",
    "process",
    "building",
]


@pytest.mark.parametrize("mode", MODES)
def test_works_in_parent_and_child(space: Space, mode: str) -> None:
    """No hang, no crash, and no word on stderr in any of the processes."""
    assert run(space, "forks", mode) == Ended(0, "ready\n", "")
    assert space.fates("tenant.limits") or mode == "pending"
    # A connection belongs to one process: no answer went to another one's call.
    assert set(space.fates("chat.submit")) <= {"answered"}
