"""Servers and clients for the tests. The program uppzy-sandbox is found as the package finds it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import run
from sys import executable
from typing import Any

import pytest

from uppzy import AsyncUppzy, Uppzy
from uppzy.testing import Sandbox, control, virtual_clock

# A shell starts what runs in the background deaf to Ctrl-C, and so would be all programs here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


class Space:
    """A part of the sandbox with state, rules and journal of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        made: dict[str, str] = sandbox.control("POST", "/spaces", {})
        self.control_url = made["control_url"]
        names = ("base_url", "api_key", "tenant_id", "site_id")
        self.options: dict[str, Any] = {name: made[name] for name in names}
        self.environment = {f"UPPZY_{name.upper()}": made[name] for name in names}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return control(self.control_url, method, path, body)

    def rules(self, *rules: dict[str, Any]) -> None:
        self.control("PUT", "/rules", list(rules))

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.control("GET", "/journal")["entries"]
        return entries

    def requests(self) -> list[str]:
        return [entry["operation"] for entry in self.journal()]

    def client(self, **options: Any) -> Uppzy:
        return Uppzy(**with_defaults(self.options, options))

    def async_client(self, **options: Any) -> AsyncUppzy:
        return AsyncUppzy(**with_defaults(self.options, options))

    def quick(self, **options: Any) -> Uppzy:
        """A client whose waits take no time."""
        return self.client(clock=virtual_clock(1, silence=10), **options)


def with_defaults(defaults: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {**defaults, "environment": {}, **options}


@pytest.fixture
def space(sandbox: Sandbox) -> Space:
    return Space(sandbox)


@pytest.fixture
def client(space: Space) -> Iterator[Uppzy]:
    with space.client() as client:
        yield client


@pytest.fixture
def quick(space: Space) -> Iterator[Uppzy]:
    with space.quick() as client:
        yield client


RunScript = Callable[..., dict[str, Any]]


@pytest.fixture
def run_script(space: Space, tmp_path: Path) -> RunScript:
    """Runs a script in an interpreter of its own, and gives the JSON of its last line."""

    def run_it(source: str, *flags: str, quiet: bool = True) -> dict[str, Any]:
        script = tmp_path / "script.py"
        script.write_text(source, encoding="utf-8")
        done = run(
            [executable, *flags, str(script)],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **space.environment},
        )
        assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
        if quiet:
            assert done.stderr == ""
        lines = done.stdout.strip().splitlines()
        result: dict[str, Any] = json.loads(lines[-1]) if lines else {}
        return result

    return run_it
