"""The program `celery_worker`, with Redis as its broker."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uppzy.testing import Sandbox

from support import (
    accepts,
    entries,
    environment,
    eventually,
    free_port,
    processed,
    run,
    server,
    set_rules,
)

QUESTIONS = ["When are you open?", "Where are you?", "Do you ship abroad?", "Who are you?"]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: run tests/process/setup.sh as root"
    port = free_port()
    arguments = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    arguments += ["--appendonly", "no", "--dir", str(tmp_path)]
    with server(arguments, {}, tmp_path / "redis.log"):
        eventually("Redis listens", lambda: accepts(port))
        yield f"redis://127.0.0.1:{port}/0"


class Worker:
    """A worker with one slot, and its table."""

    def __init__(self, sandbox: Sandbox, broker: str, folder: Path) -> None:
        self.sandbox = sandbox
        self.database = folder / "jobs.sqlite3"
        self.log = folder / "worker.log"
        self.variables = {
            "CELERY_BROKER": broker,
            "JOBS_DATABASE": str(self.database),
            "C_FORCE_ROOT": "1",
        }

    def running(self) -> contextlib.AbstractContextManager[None]:
        arguments = [sys.executable, "-m", "celery", "--app", "celery_worker", "--quiet", "worker"]
        arguments += ["--concurrency", "1", "--loglevel", "ERROR", "--without-gossip"]
        arguments += ["--without-mingle", "--without-heartbeat"]
        return server(arguments, environment(self.sandbox, **self.variables), self.log)

    def enqueue(self, *questions: str) -> None:
        ended = run(self.sandbox, "celery_worker.py", *questions, **self.variables)
        assert (ended.returncode, ended.stderr) == (0, "")

    def query(self, statement: str) -> list[tuple[str, str | None]]:
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database:
            rows: list[tuple[str, str | None]] = database.execute(statement).fetchall()
            return rows

    def states(self) -> list[str]:
        return [state for state, _ in self.query("SELECT state, result FROM jobs ORDER BY id")]


@pytest.fixture
def worker(uppzy_sandbox: Sandbox, broker: str, tmp_path: Path) -> Worker:
    return Worker(uppzy_sandbox, broker, tmp_path)


def test_one_slot_waits_for_many_answers_and_survives_its_worker(
    uppzy_sandbox: Sandbox, worker: Worker
) -> None:
    uppzy_sandbox.control("PUT", "/progression", {"mode": "never"})
    with worker.running():
        worker.enqueue(*QUESTIONS)
        # With one slot this comes about only if no job holds it.
        eventually("all wait", lambda: worker.states() == ["waiting"] * 4)
        eventually("all were looked at", lambda: len(entries(uppzy_sandbox, "chat.status")) >= 4)
    # Another worker goes on waiting, with the tokens that were stored.
    with worker.running():
        uppzy_sandbox.control("PUT", "/progression", {"mode": "immediate"})
        eventually("all are done", lambda: worker.states() == ["done"] * 4)
    assert len(entries(uppzy_sandbox, "chat.submit")) == 4, "each was submitted exactly once"
    answers = worker.query("SELECT state, result FROM jobs")
    assert all(result for _, result in answers)
    assert "Traceback" not in worker.log.read_text()


def test_errors_are_heeded_as_they_advise(uppzy_sandbox: Sandbox, worker: Worker) -> None:
    set_rules(
        uppzy_sandbox,
        {"match": {"operation": ["chat.submit"], "nth": [1]}, "effect": {"status": 422}},
        {"match": {"operation": ["chat.submit"], "nth": [2]}, "effect": {"reset": "after"}},
    )
    with worker.running():
        # The second was accepted, and nobody can know: it is for a person, and not asked again.
        worker.enqueue(*QUESTIONS[:3])
        eventually("all have ended", lambda: worker.states() == ["failed", "unclear", "done"])
        assert processed(uppzy_sandbox, "chat.submit") == 2
        uppzy_sandbox.control("POST", "/keys", {"revoke": uppzy_sandbox.api_key})
        worker.enqueue(QUESTIONS[3])
        eventually("an operator is told", lambda: "AuthenticationError" in worker.log.read_text())
    # It waits for a key that works.
    assert worker.states() == ["failed", "unclear", "done", "new"]
