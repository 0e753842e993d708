"""Where there is no event loop of asyncio, the package says so in words."""

from __future__ import annotations

from support import Space, run


def test_trio_is_refused(space: Space) -> None:
    """The error names what is needed, and what trio is to it."""
    ended = run(space, "under_trio")
    ended.assert_clean()
    assert "RuntimeError" in ended.stdout
    assert "asyncio" in ended.stdout
    assert "trio" in ended.stdout
    assert space.entries("tenant.limits") == []
