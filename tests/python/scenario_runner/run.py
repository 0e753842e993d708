"""Runs many scenarios, a number of them at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Sequence

from scenario_runner.execution import Outcome, run_scenario
from scenario_runner.host import Host
from scenario_runner.scenario import Scenario
from scenario_runner.surfaces import Caller, EventLoop, MainThread, Surface, Threads

#: Scenarios that run at once.
_AT_ONCE = 12
#: Beside them, for each client, scenarios whose server falls silent.
_SILENT_AT_ONCE = 24
#: When no scenario has ended for so long, those that still run hang; seconds.
_LONGEST = 90.0


def run_all(host: Host, surface: Surface, scenarios: Sequence[Scenario]) -> list[Outcome]:
    """What became of each scenario, in their order."""
    outcomes: dict[int, Outcome] = {}
    jobs = list(enumerate(scenarios))
    if surface.is_async:
        with EventLoop() as loop:
            _run_at_once(host, surface, loop, jobs, outcomes, _AT_ONCE)
    else:
        # There is one main thread, and only that can be interrupted.
        one_by_one = [job for job in jobs if job[1].cancels()]
        at_once = [job for job in jobs if not job[1].cancels()]
        _run_at_once(host, surface, Threads(), at_once, outcomes, _AT_ONCE)
        for job in one_by_one:
            main = MainThread()
            main.serve(_thread(host, surface, main, job, outcomes))
    return [outcomes[index] for index in range(len(jobs))]


class Silences:
    """Scenarios whose server falls silent, begun together: they wait for most of their time."""

    def __init__(self, host: Host, chosen: Iterable[tuple[Surface, Scenario]]) -> None:
        self._host = host
        self._outcomes: dict[tuple[Surface, str], Outcome] = {}
        by_surface: dict[Surface, list[Scenario]] = {}
        for surface, scenario in chosen:
            by_surface.setdefault(surface, []).append(scenario)
        self._threads = {
            surface: threading.Thread(target=self._run, args=(surface, scenarios), daemon=True)
            for surface, scenarios in by_surface.items()
        }
        for thread in self._threads.values():
            thread.start()

    def _run(self, surface: Surface, scenarios: list[Scenario]) -> None:
        jobs = list(enumerate(scenarios))
        outcomes: dict[int, Outcome] = {}
        if surface.is_async:
            with EventLoop() as loop:
                _run_at_once(self._host, surface, loop, jobs, outcomes, _SILENT_AT_ONCE)
        else:
            _run_at_once(self._host, surface, Threads(), jobs, outcomes, _SILENT_AT_ONCE)
        for index, scenario in jobs:
            self._outcomes[surface, scenario.name] = outcomes[index]

    def outcome(self, surface: Surface, scenario: Scenario) -> Outcome:
        """What became of one of them, once all of this client's have ended."""
        self._threads[surface].join()
        return self._outcomes[surface, scenario.name]


def _run(host: Host, surface: Surface, caller: Caller, scenario: Scenario) -> Outcome:
    try:
        return run_scenario(host, surface, caller, scenario)
    except Exception as error:
        return Outcome(None, [f"{type(error).__name__}: {error}"])


def _thread(
    host: Host,
    surface: Surface,
    caller: Caller,
    job: tuple[int, Scenario],
    outcomes: dict[int, Outcome],
) -> threading.Thread:
    index, scenario = job

    def run() -> None:
        outcomes[index] = _run(host, surface, caller, scenario)

    return threading.Thread(target=run, name=scenario.name, daemon=True)


def _run_at_once(
    host: Host,
    surface: Surface,
    caller: Caller,
    jobs: list[tuple[int, Scenario]],
    outcomes: dict[int, Outcome],
    places: int,
) -> None:
    waiting: queue.SimpleQueue[tuple[int, Scenario]] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)

    def work() -> None:
        while True:
            try:
                index, scenario = waiting.get_nowait()
            except queue.Empty:
                return
            ended.put((index, _run(host, surface, caller, scenario)))

    for _ in range(min(places, len(jobs))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in jobs:
            index, outcome = ended.get(timeout=_LONGEST)
            outcomes[index] = outcome
    except queue.Empty:
        for index, _ in jobs:
            outcomes.setdefault(index, Outcome(None, [f"still running after {_LONGEST} s"]))
