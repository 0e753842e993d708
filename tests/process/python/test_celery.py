"""A real prefork worker of Celery, with Redis as its broker."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uppzy import UppzyError

from support import PROGRAMS, Space, accepts, eventually, free_port, server

TASKS = 8


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """Run Redis, in memory only."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: run tests/process/setup.sh as root"
    port = free_port()
    arguments = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    arguments += ["--appendonly", "no", "--dir", str(tmp_path)]
    with server(arguments, {}, tmp_path, tmp_path / "redis.log"):
        eventually("Redis listens", lambda: accepts(port))
        yield f"redis://127.0.0.1:{port}/0"


def test_children_of_a_prefork_worker_call(
    space: Space, broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every task gets its own answer, in two children of a parent that called before it forked."""
    environment = {**space.environment(), "BROKER": broker, "C_FORCE_ROOT": "1"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", [str(PROGRAMS), *sys.path])
    import celery_app

    arguments = [sys.executable, "-m", "celery", "--app", "celery_app", "--quiet", "worker"]
    arguments += ["--pool", "prefork", "--concurrency", "2", "--loglevel", "ERROR"]
    arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    log = tmp_path / "worker.log"
    with server(arguments, environment, PROGRAMS, log) as worker:
        answers = [celery_app.ask.delay(number) for number in range(TASKS)]
        given = [answer.get(timeout=50) for answer in answers]
        assert [session for _, session in given] == [f"celery-{at}" for at in range(TASKS)]
        children = {pid for pid, _ in given}
        assert worker.pid not in children
        assert celery_app.parent.delay().get(timeout=50) == worker.pid

        assert "Traceback" not in log.read_text()

        # An error comes back as what it is, by Celery's own JSON.
        with pytest.raises(UppzyError) as caught:
            celery_app.refused.delay().get(timeout=50)
        assert caught.value.kind == "not_found"
    assert worker.returncode == 0, log.read_text()
    celery_app.app.close()
    submitted = space.entries("chat.submit")
    assert sum(entry["processed"] for entry in submitted) == TASKS
    assert len(submitted) == TASKS + 1, "and the refused one"
