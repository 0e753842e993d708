"""Scenarios as they stand in the files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from scenario_runner.servers import started

Fields = dict[str, Any]

#: No server is silent for so long unless a scenario makes it; seconds.
PATIENCE = 10.0

#: What a step can do, by the field that says so.
STEP_KINDS = (
    "call",
    "new_client",
    "await",
    "cancel",
    "sandbox",
    "advance_clock",
    "wait_for_requests",
    "pause",
    "write_files",
)
_OF_CALLS = ("on", "arguments", "options", "background", "cancelled", "repeat")
_OF_RESULTS = ("save_as", "expect")


@dataclass(frozen=True)
class Step:
    """One step: what it does, and the fields that go with it."""

    kind: str
    #: The value of the field that says what it does.
    what: Any
    fields: Fields

    @staticmethod
    def read(given: Fields) -> Step:
        """Checks that the step does one thing, and that all its fields are known."""
        kinds = [kind for kind in STEP_KINDS if kind in given]
        if len(kinds) != 1:
            raise ValueError(f"a step must do exactly one thing: {given}")
        unknown = set(given) - set(kinds) - set(_OF_CALLS) - set(_OF_RESULTS)
        if unknown:
            raise ValueError(f"a step has unknown fields: {sorted(unknown)}")
        rest = {name: value for name, value in given.items() if name != kinds[0]}
        return Step(kinds[0], given[kinds[0]], rest)


@dataclass(frozen=True)
class Scenario:
    """How the server behaves, what the client is told to do, and what must come of it."""

    name: str
    holds: str
    steps: list[Step]
    clock: str = "virtual"
    silence: float = PATIENCE
    compared: bool = True
    sandbox: Fields = field(default_factory=dict[str, Any])
    files: Fields = field(default_factory=dict[str, Any])
    client: Fields | None = field(default_factory=dict[str, Any])
    requests: list[str] | dict[str, int] | None = None
    processed: dict[str, int] | None = None
    journal: list[Fields] = field(default_factory=list[Fields])
    other_requests: int | None = None
    connections: int | None = None
    elapsed: tuple[float, float] | None = None

    @staticmethod
    def read(given: Fields) -> Scenario:
        """Checks that all fields are known."""
        unknown = set(given) - {known.name for known in fields(Scenario)}
        if unknown:
            raise ValueError(f"a scenario has unknown fields: {sorted(unknown)}")
        rest = {name: value for name, value in given.items() if name != "steps"}
        return Scenario(steps=[Step.read(step) for step in given["steps"]], **rest)

    def falls_silent(self) -> bool:
        """Whether the server falls silent in it, so that it waits for most of its time."""
        return self.silence < PATIENCE

    def cancelled_calls(self) -> set[str]:
        """The names of the calls in the background that a step cancels."""
        return {step.what for step in self.steps if step.kind == "cancel"}

    def cancels(self) -> bool:
        """Whether any call of it is cancelled."""
        before = any(step.fields.get("cancelled") for step in self.steps)
        return before or bool(self.cancelled_calls())


def scenario_folder() -> Path:
    """The folder of the shared scenarios, or of those for servers that are not ours."""
    servers = started()
    if servers is not None:
        return servers.cases
    return Path(__file__).resolve().parents[2] / "scenarios"


def load(theme: str) -> list[Scenario]:
    """The scenarios of one file."""
    text = (scenario_folder() / f"{theme}.json").read_text(encoding="utf-8")
    return [Scenario.read(given) for given in json.loads(text, object_pairs_hook=_by_name)]


def _by_name(pairs: list[tuple[str, Any]]) -> Fields:
    """Objects in JSON have no order; parameters of a query are sent in the same one everywhere."""
    return dict(sorted(pairs))


def themes() -> list[str]:
    """The names of all files with scenarios."""
    files = scenario_folder().glob("*.json")
    return sorted(file.stem for file in files if file.stem != "schema")
