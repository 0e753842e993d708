"""Importing the package starts nothing and leaves nothing open."""

from __future__ import annotations

import json

from support import Space, run


def test_import_starts_nothing(space: Space) -> None:
    """No thread and no file before the first call, and no asyncio even after it."""
    ended = run(space, "imports")
    ended.assert_clean()
    before, imported, made, called = json.loads(ended.stdout)
    assert before["threads"] == 1
    assert not before["asyncio"]
    assert imported == before
    assert made == before
    # Only now there is a thread, and one is enough.
    assert called["threads"] == 2
    assert not called["asyncio"]
