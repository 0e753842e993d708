"""The way to `logging` is closed until asked for, and cannot hold anything up."""

from __future__ import annotations

import pytest

from support import Ended, Space, run


@pytest.mark.parametrize("mode", ["off", "locked", "constructing", "exiting", "forked"])
def test_logging_holds_nothing_up(space: Space, mode: str) -> None:
    """Whatever a handler waits for."""
    assert run(space, "logs", mode) == Ended(0, "ready\n", "")
    assert set(space.fates("tenant.limits")) == {"answered"}
