"""Makes clients from the options of a scenario."""

from __future__ import annotations

from typing import Any

import uppzy
import uppzy.testing

Clock = uppzy.testing.Clock
_SEED = 7
#: What comes from the space when it is not named.
_OF_SPACE = ("base_url", "api_key", "tenant_id", "site_id")


def make_clock(kind: str, silence: float) -> Clock | None:
    """The clock of a scenario; none for real time."""
    if kind == "virtual":
        return uppzy.testing.virtual_clock(_SEED, silence=silence)
    if kind == "manual":
        return uppzy.testing.manual_clock(_SEED)
    return None


def make_client(
    is_async: bool, options: dict[str, Any], space: dict[str, Any], clock: Clock | None
) -> uppzy.Uppzy | uppzy.AsyncUppzy:
    """A client with these options; null means not given at all."""
    given: dict[str, Any] = {name: space[name] for name in _OF_SPACE}
    given["environment"] = {}
    given.update(options)
    given = {name: value for name, value in given.items() if value is not None}
    if "retry" in given:
        given["retry"] = uppzy.RetryPolicy(**given["retry"])
    if "poll" in given:
        poll = given["poll"]
        is_preset = poll == "worker"
        given["poll"] = uppzy.PollSchedule.worker() if is_preset else uppzy.PollSchedule(**poll)
    made = uppzy.AsyncUppzy if is_async else uppzy.Uppzy
    return made(clock=clock, **given)
