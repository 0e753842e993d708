"""Runs the shared scenarios of ``tests/scenarios/`` with the Python package.

The format is described in ``tests/scenarios/README.md``. A ``Host`` holds the servers, and
``run_all`` runs scenarios, each in a space of its own.
"""

from scenario_runner.execution import Outcome
from scenario_runner.host import Host
from scenario_runner.matching import mismatches
from scenario_runner.run import Silences, run_all
from scenario_runner.scenario import Scenario, load, scenario_folder
from scenario_runner.surfaces import SURFACES, Surface

__all__ = [
    "SURFACES",
    "Host",
    "Outcome",
    "Scenario",
    "Silences",
    "Surface",
    "load",
    "mismatches",
    "run_all",
    "scenario_folder",
]
