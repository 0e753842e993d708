"""The sandbox is found, started and ended; clocks obey."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import uppzy
from conftest import Space
from uppzy import testing
from uppzy.testing import Sandbox, SandboxNotFoundError, manual_clock, virtual_clock


def test_a_sandbox_lasts_as_long_as_its_block() -> None:
    with Sandbox() as sandbox:
        with sandbox.client() as client:
            assert client.tenant.limits()["tenant_id"] == sandbox.tenant_id
        assert sandbox.control("GET", "/health") is not None
        assert sandbox.environment["UPPZY_BASE_URL"] == sandbox.base_url
    with pytest.raises(uppzy.ConnectError), sandbox.client() as client:
        client.tenant.limits(timeout=1)
    sandbox.stop()


def test_the_fixture_gives_a_sandbox(uppzy_sandbox: Sandbox) -> None:
    with uppzy_sandbox.client() as client:
        assert client.chat.send("x", session_id="s").text


def test_a_sandbox_that_does_not_start_says_why() -> None:
    with pytest.raises(RuntimeError, match="--nonsense"):
        Sandbox("--nonsense").start()


def test_a_missing_program_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UPPZY_SANDBOX", str(tmp_path / "nothing"))
    with pytest.raises(SandboxNotFoundError, match="UPPZY_SANDBOX names"):
        Sandbox()
    monkeypatch.delenv("UPPZY_SANDBOX")
    monkeypatch.setenv("PATH", str(tmp_path))
    scripts = str(tmp_path)

    def get_path(name: str) -> str:
        return scripts

    monkeypatch.setattr("sysconfig.get_path", get_path)
    with pytest.raises(FileNotFoundError, match="pip install uppzy-sandbox"):
        Sandbox()
    program = tmp_path / "uppzy-sandbox"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert testing.find_program() == program
    scripts = os.devnull
    assert testing.find_program() == program


def test_virtual_time_skips_waits(space: Space) -> None:
    clock = virtual_clock(7)
    space.rules({"effect": {"status": 503, "headers": {"Retry-After": "30"}}, "times": 1})
    with space.client(clock=clock, timeout=120) as client:
        before = clock.now()
        client.tenant.limits()
        assert clock.now() - before >= 30


def test_manual_time_stands_still(space: Space) -> None:
    clock = manual_clock(7)
    before = clock.now()
    with space.client(clock=clock) as client:
        client.tenant.limits()
    assert clock.now() == before
    clock.advance(2.5)
    assert clock.now() - before == pytest.approx(2.5)
    with pytest.raises(uppzy.InvalidInputError):
        clock.advance(-1)
