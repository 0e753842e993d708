"""Servers that are not ours, where ``uppzy-servers`` has started some in front of its sandbox."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Fields = dict[str, Any]


@dataclass(frozen=True)
class Servers:
    """What ``uppzy-servers`` says of them."""

    #: Where the sandbox behind them is controlled.
    control_url: str
    #: The folder of the scenarios that are run against them.
    cases: Path
    #: By name, what references find.
    known: dict[str, Fields]

    def for_space(self, space: Fields) -> dict[str, Fields]:
        """The same, with the URL under which each server has the space: its path, elsewhere."""
        base_url: str = space["base_url"]
        path = urlsplit(base_url).path
        return {name: _with_url(fields, path) for name, fields in self.known.items()}


def started() -> Servers | None:
    """The servers, if this runs below ``uppzy-servers``."""
    file = os.environ.get("UPPZY_SERVERS")
    if not file:
        return None
    told = json.loads(Path(file).read_text(encoding="utf-8"))
    return Servers(told["control_url"], Path(told["cases"]), told["known"])


def _with_url(fields: Fields, path: str) -> Fields:
    origin = fields.get("origin")
    return fields if origin is None else {**fields, "base_url": origin + path}
