"""Runs shared scenarios with both clients, slowly: ``python_calls.py THEME…``.

Under a tool that makes everything many times slower a virtual clock must be more patient with the
server, and fewer scenarios run at once.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from scenario_runner import SURFACES, Host, load, run_all

#: How much slower everything is.
SLOWER = 12.0
#: One in so many may fail.
TOLERATED = 10


def main() -> int:
    """Runs them, and tells what failed."""
    failed = 0
    ran = 0
    only = os.environ.get("UPPZY_SCENARIO", "")
    with Host() as host:
        for theme in sys.argv[1:]:
            scenarios = [
                replace(scenario, silence=scenario.silence * SLOWER)
                for scenario in load(theme)
                # What takes real time is not the same when it takes longer.
                if scenario.clock != "system" and only in scenario.name
            ]
            for surface in SURFACES:
                outcomes = run_all(host, surface, scenarios)
                for scenario, outcome in zip(scenarios, outcomes, strict=True):
                    ran += 1
                    if outcome.failures:
                        failed += 1
                        print(
                            f"FAILED {surface.name} {scenario.name}", *outcome.failures, sep="\n  "
                        )
            print(f"{theme}: {ran} so far", flush=True)
    print(f"{ran} scenarios, {failed} failed")
    # Some wait in vain for what takes so long; that the others made their calls is what counts.
    return 0 if failed * TOLERATED < ran else 1


if __name__ == "__main__":
    sys.exit(main())
