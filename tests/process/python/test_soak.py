"""Calls of all kinds in one process, for long: shortened here, in full where `UPPZY_SOAK=full`."""

from __future__ import annotations

import json
import os

from support import Space, run

MEGABYTE = 1 << 20
FULL = os.environ.get("UPPZY_SOAK") == "full"
CALLS, FAILURES, CLIENTS = (1_000_000, 10_000, 1_000) if FULL else (20_000, 1_000, 100)
LONGEST = 3_600 if FULL else 180


def test_stays_as_it_is(space: Space) -> None:
    """No memory, thread or file more after the last tenth than after the second."""
    ended = run(space, "soak", CALLS, FAILURES, CLIENTS, seconds=LONGEST)
    ended.assert_clean()
    states = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(states) == 10
    for number, state in enumerate(states, 1):
        print(f"after {number * CALLS // 10:>9,} calls: {state}")
    grown = {what: states[-1][what] - states[1][what] for what in states[1]}
    assert grown["bytes"] < 4 * MEGABYTE, states
    assert grown["threads"] <= 0, states
    # A pool may hold a few idle connections more.
    assert grown["files"] < 10, states
    assert grown["objects"] < 1_000, states
