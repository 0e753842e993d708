"""However many calls are made, the process does not grow."""

from __future__ import annotations

import json

import pytest

from support import Space, run

MEGABYTE = 1 << 20
# How often, and how much may stay for good. A leak of 300 bytes a call would not fit, nor would
# one of 20 kilobytes a client.
KINDS = [
    ("calls", 10_000, 2 * MEGABYTE),
    ("async-calls", 10_240, 3 * MEGABYTE),
    ("failures", 2_000, 2 * MEGABYTE),
    ("clients", 300, 4 * MEGABYTE),
    ("loops", 200, 2 * MEGABYTE),
]


@pytest.mark.parametrize(("kind", "count", "limit"), KINDS)
def test_does_not_grow(space: Space, kind: str, count: int, limit: int) -> None:
    """Neither in memory nor in threads, files and objects of Python."""
    ended = run(space, "memory", kind, count, seconds=120)
    ended.assert_clean()
    before, after = json.loads(ended.stdout)
    grown = {what: after[what] - before[what] for what in after}
    assert grown["bytes"] < limit, grown
    assert grown["threads"] <= 0, grown
    # A pool may hold a few idle connections more.
    assert grown["files"] < 10, grown
    assert grown["objects"] < count / 10, grown
