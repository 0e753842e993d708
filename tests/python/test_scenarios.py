"""Runs every shared scenario with both clients, one test for each file and client.

With ``UPPZY_SCENARIO_RESULTS=folder`` the results are written there, in the form in which the
languages are compared: ``python-sync/<theme>.json`` and ``python-async/<theme>.json``. With
``UPPZY_SCENARIO_REFERENCE=folder`` they are held against those that another language has written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenario_runner import (
    SURFACES,
    Host,
    Scenario,
    Silences,
    Surface,
    load,
    mismatches,
    run_all,
)
from scenario_runner.scenario import themes


@pytest.fixture(scope="session")
def host() -> Iterator[Host]:
    """The servers, for all tests."""
    with Host() as host:
        yield host


@pytest.fixture(scope="session")
def silences(host: Host, request: pytest.FixtureRequest) -> Silences:
    """The scenarios of all chosen tests whose server falls silent, begun before the first test."""
    specs = (getattr(item, "callspec", None) for item in request.session.items)
    tests = [spec.params for spec in specs if spec is not None and "theme" in spec.params]
    return Silences(
        host,
        (
            (test["surface"], scenario)
            for test in tests
            for scenario in chosen(test["theme"])
            if scenario.falls_silent()
        ),
    )


def chosen(theme: str) -> list[Scenario]:
    """The scenarios of a theme, or those of them that are asked for."""
    only = os.environ.get("UPPZY_SCENARIO", "")
    return [scenario for scenario in load(theme) if only in scenario.name]


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.name)
@pytest.mark.parametrize("theme", themes())
def test_theme(host: Host, silences: Silences, theme: str, surface: Surface) -> None:
    """All scenarios of a file hold."""
    scenarios = chosen(theme)
    others = iter(run_all(host, surface, [each for each in scenarios if not each.falls_silent()]))
    outcomes = [
        silences.outcome(surface, each) if each.falls_silent() else next(others)
        for each in scenarios
    ]
    results = [outcome.canonical for outcome in outcomes]
    folder = os.environ.get("UPPZY_SCENARIO_RESULTS")
    if folder:
        write_results(Path(folder) / surface.name, theme, results)
    lines: list[str] = []
    for scenario, outcome in zip(scenarios, outcomes, strict=True):
        if outcome.failures:
            lines += [f"FAILED {scenario.name}", f"  holds: {scenario.holds}"]
            lines += [f"  {failure}" for failure in outcome.failures]
    reference = os.environ.get("UPPZY_SCENARIO_REFERENCE")
    if reference:
        text = (Path(reference) / f"{theme}.json").read_text(encoding="utf-8")
        lines += differences(json.loads(text), results)
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def write_results(folder: Path, theme: str, results: list[Any]) -> None:
    """Keeps the results of a theme."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / f"{theme}.json").write_text(text + "\n", encoding="utf-8")


def differences(reference: list[Any], results: list[Any]) -> list[str]:
    """Where results differ from those of another language."""
    known = {result["name"]: result for result in reference}
    lines: list[str] = []
    for result in results:
        # What gave no result has failed, and was told already.
        if result is None:
            continue
        other = known[result["name"]]
        # Both ways, since either may hold more than the other.
        found = {*mismatches(other, result), *mismatches(result, other)}
        if found:
            lines += [f"DIFFERENT {result['name']}", *(f"  {line}" for line in sorted(found))]
    return lines
