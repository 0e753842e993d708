"""Runs many scenarios, a number of them at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from scenario_runner.execution import Outcome, run_scenario
from scenario_runner.host import Host
from scenario_runner.scenario import Scenario
from scenario_runner.surfaces import Caller, EventLoop, MainThread, Surface, Threads

#: Scenarios that run at once.
_AT_ONCE = 12
#: When no scenario has ended for so long, those that still run hang; seconds.
_LONGEST = 90.0


def run_all(host: Host, surface: Surface, scenarios: Sequence[Scenario]) -> list[Outcome]:
    """What became of each scenario, in their order."""
    outcomes: dict[int, Outcome] = {}
    jobs = list(enumerate(scenarios))
    if surface.is_async:
        with EventLoop() as loop:
            _run_at_once(host, surface, loop, jobs, outcomes)
    else:
        # There is one main thread, and only that can be interrupted.
        one_by_one = [job for job in jobs if job[1].cancels()]
        at_once = [job for job in jobs if not job[1].cancels()]
        _run_at_once(host, surface, Threads(), at_once, outcomes)
        for job in one_by_one:
            main = MainThread()
            main.serve(_thread(host, surface, main, job, outcomes))
    return [outcomes[index] for index in range(len(jobs))]


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

    for _ in range(min(_AT_ONCE, len(jobs))):
        threading.Thread(target=work, daemon=True).start()
    try:
        for _ in jobs:
            index, outcome = ended.get(timeout=_LONGEST)
            outcomes[index] = outcome
    except queue.Empty:
        for index, _ in jobs:
            outcomes.setdefault(index, Outcome(None, [f"still running after {_LONGEST} s"]))
