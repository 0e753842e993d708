"""Clients are safe to use, and to make, from many threads."""

from __future__ import annotations

import pytest

from support import Ended, Space, run


@pytest.mark.parametrize(("mode", "calls"), [("shared", 320), ("constructing", 8)])
def test_many_threads(space: Space, mode: str, calls: int) -> None:
    """Every thread gets its own answers."""
    assert run(space, "threads", mode) == Ended(0, "ready\n", "")
    assert space.fates("chat.send") == ["answered"] * calls
