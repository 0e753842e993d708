"""One run of a scenario."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import uppzy

from scenario_runner.calls import Made, make_call
from scenario_runner.canonical import Placeholders
from scenario_runner.clients import make_client, make_clock
from scenario_runner.control import Control
from scenario_runner.files import write_files
from scenario_runner.forms import error_fields
from scenario_runner.host import Host
from scenario_runner.matching import mismatches, short
from scenario_runner.references import resolve
from scenario_runner.scenario import Scenario, Step
from scenario_runner.surfaces import CallCancelledError, Caller, Running, Surface

Fields = dict[str, Any]

#: How long the server may take to show in its journal what has happened, in seconds.
_SETTLING = 5.0
#: How often it is asked.
_LOOK = 0.01


@dataclass
class Outcome:
    """What became of a scenario."""

    #: What came of every step and what the server saw, in the form that all languages share.
    canonical: Any = None
    #: What is not as the scenario expects.
    failures: list[str] = field(default_factory=list[str])


def run_scenario(host: Host, surface: Surface, caller: Caller, scenario: Scenario) -> Outcome:
    """Runs the scenario in a space of its own."""
    space = Control(host.control_url)
    try:
        other = Control(host.other_control_url)
        try:
            with TemporaryDirectory(prefix="uppzy-scenario-") as folder:
                run = _Execution(host, surface, caller, scenario, space, other, Path(folder))
                return run.run()
        finally:
            other.remove()
    finally:
        space.remove()


class _Execution:
    def __init__(
        self,
        host: Host,
        surface: Surface,
        caller: Caller,
        scenario: Scenario,
        space: Control,
        other: Control,
        folder: Path,
    ) -> None:
        self._surface = surface
        self._caller = caller
        self._scenario = scenario
        self._space = space
        self._other = other
        self._folder = folder
        self._clock = make_clock(scenario.clock, scenario.silence)
        self._saved = host.known(space.space, other.space)
        self._natives: dict[str, Any] = {}
        self._background: dict[str, Running] = {}
        self._steps: list[Fields] = []
        self._failures: list[str] = []
        self._known: Fields = dict(self._saved)

    def run(self) -> Outcome:
        began = self._now()
        write_files(self._folder, self._scenario.files, self._saved)
        self._space.change(resolve(self._scenario.sandbox, self._saved))
        try:
            if self._scenario.client is not None:
                self._natives["main"] = self._client(self._scenario.client)
            for number, step in enumerate(self._scenario.steps, 1):
                try:
                    self._step(number, step)
                except Exception as error:
                    kind = type(error).__name__
                    raise RuntimeError(f"step {number}: {kind}: {error}") from error
            # A moment as a number of seconds is exact to a microsecond.
            return self._finish(round(self._now() - began, 6))
        finally:
            self._close_clients()

    def _now(self) -> float:
        """The time on the client's clock; of real time no scenario asks it."""
        return 0.0 if self._clock is None else self._clock.now()

    def _client(self, options: Fields) -> Any:
        given = resolve(options, self._saved)
        return make_client(self._surface.is_async, given, self._space.space, self._clock)

    def _close_clients(self) -> None:
        for native in self._natives.values():
            if isinstance(native, uppzy.Uppzy | uppzy.AsyncUppzy):
                native.close()

    def _step(self, number: int, step: Step) -> None:
        if step.kind == "call":
            self._call(number, step)
        elif step.kind == "new_client":
            self._came(number, step, step.kind, lambda: Made(None, self._client(step.what)))
        elif step.kind == "await":
            running = self._background.pop(step.what)
            self._came(number, step, step.what, running.wait)
        elif step.kind == "cancel":
            self._background[step.what].cancel()
        elif step.kind == "sandbox":
            self._space.change(resolve(step.what, self._saved))
        elif step.kind == "advance_clock":
            if self._clock is None:
                raise ValueError("real time cannot be moved")
            self._clock.advance(step.what)
        elif step.kind == "wait_for_requests":
            self._wait_for_requests(step.what)
        elif step.kind == "pause":
            time.sleep(step.what)
        else:
            write_files(self._folder, step.what, self._saved)

    def _call(self, number: int, step: Step) -> None:
        on = step.fields.get("on", "main")
        arguments: Fields = resolve(step.fields.get("arguments", {}), self._saved)
        options: Fields = step.fields.get("options", {})
        background = step.fields.get("background")
        repeat: int = step.fields.get("repeat", 1)
        # Calls of session_ids are made on nothing.
        needs_none = step.what.startswith("session_ids.")
        native = None if needs_none else self._natives[on]
        for repetition in range(1, repeat + 1):
            running = self._caller.start(
                lambda: make_call(native, step.what, arguments, options),
                in_background=background is not None,
                cancelled=step.fields.get("cancelled", False),
                cancels=background in self._scenario.cancelled_calls(),
            )
            if background is not None:
                self._background[background] = running
            elif repetition == repeat:
                self._came(number, step, step.what, running.wait)
            else:
                try:
                    running.wait()
                except (uppzy.UppzyError, CallCancelledError):
                    # What is expected counts for the last one.
                    continue

    def _came(self, number: int, step: Step, name: str, wait: Callable[[], Made]) -> None:
        """Holds what comes of a step against what is expected, and keeps it."""
        outcome: Fields
        native = None
        try:
            made = wait()
            outcome, native = {"result": made.value}, made.native
        except uppzy.UppzyError as error:
            outcome = {"error": error_fields(error)}
        except CallCancelledError:
            outcome = {"cancelled": True}
        expected = step.fields.get("expect")
        if expected is None:
            if "result" not in outcome:
                self._failures.append(f"step {number} {name}: expected a result: {short(outcome)}")
        elif "anything" not in expected:
            found = mismatches(resolve(expected, self._saved), outcome)
            self._failures.extend(f"step {number} {name}: {line}" for line in found)
            if found and "error" in outcome:
                self._failures.append(f"report: {outcome['error']['report']}")
        save_as = step.fields.get("save_as")
        if save_as is not None:
            self._saved[save_as] = outcome.get("result", outcome.get("error"))
            if native is not None:
                self._natives[save_as] = native
        self._steps.append({"step": number, "call": name, **outcome})

    def _wait_for_requests(self, count: int) -> None:
        until = time.monotonic() + _SETTLING
        while (seen := len(self._space.journal())) < count:
            if time.monotonic() >= until:
                raise TimeoutError(f"the server has seen {seen} requests, not {count}")
            time.sleep(_LOOK)

    def _finish(self, elapsed: float) -> Outcome:
        scenario = self._scenario
        if scenario.elapsed is not None:
            least, most = scenario.elapsed
            if not least <= elapsed <= most:
                text = f"elapsed: expected {least} to {most} s, found {elapsed} s"
                self._failures.append(text)
        if self._background:
            raise RuntimeError("a call in the background was never awaited")
        until = time.monotonic() + _SETTLING
        while found := self._journal_mismatches(journal := self._space.journal()):
            if time.monotonic() >= until:
                self._failures.extend(found)
                break
            time.sleep(_LOOK)
        self._compare_count("connections", scenario.connections, self._space.connections)
        self._compare_count(
            "other_requests", scenario.other_requests, lambda: len(self._other.journal())
        )
        if not scenario.compared:
            return Outcome({"name": scenario.name, "compared": False}, self._failures)
        canonical = {
            "name": scenario.name,
            "steps": self._steps,
            "requests": _counts(journal),
            "processed": _counts(_processed(journal)),
        }
        return Outcome(self._placeholders().apply(canonical), self._failures)

    def _compare_count(self, name: str, expected: int | None, count: Callable[[], int]) -> None:
        if expected is not None and (found := count()) != expected:
            self._failures.append(f"{name}: expected {expected}, found {found}")

    def _journal_mismatches(self, journal: list[Fields]) -> list[str]:
        scenario = self._scenario
        found: list[str] = []
        seen: Any = [entry.get("operation", "") for entry in journal]
        if isinstance(scenario.requests, dict):
            seen = _counts(journal)
        if scenario.requests is not None and seen != scenario.requests:
            found.append(f"requests: expected {scenario.requests}, found {seen}")
        if scenario.processed is not None:
            processed = _counts(_processed(journal))
            if processed != scenario.processed:
                found.append(f"processed: expected {scenario.processed}, found {processed}")
        for index, expected in enumerate(scenario.journal):
            if index >= len(journal):
                found.append(f"journal[{index}]: there is no such entry")
                continue
            lines = mismatches(resolve(expected, self._saved), journal[index])
            found.extend(f"journal[{index}]: {line}" for line in lines)
        return found

    def _placeholders(self) -> Placeholders:
        pairs = [(str(self._folder), "<folder>")]
        for space, prefix in ((self._space, ""), (self._other, "other_")):
            for name in ("api_key", "tenant_id", "site_id", "base_url"):
                pairs.append((space.text(name), f"<{prefix}{name}>"))
        for server in ("sandbox", "other", "dead", "silent", "plain"):
            known = self._known[server]
            url: str = known.get("base_url") or known["https_base_url"]
            pairs.append((urlsplit(url).netloc, f"<{server}>"))
        for server, known in self._known.items():
            origin: str | None = known.get("origin")
            if origin is not None:
                pairs.append((urlsplit(origin).netloc, f"<{server}>"))
        return Placeholders(pairs)


def _processed(journal: list[Fields]) -> list[Fields]:
    return [entry for entry in journal if entry.get("processed") is True]


def _counts(journal: list[Fields]) -> dict[str, int]:
    """How often each operation came."""
    return dict(Counter(entry.get("operation", "") for entry in journal))
