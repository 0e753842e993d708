"""gunicorn with `--preload`: the client is made, and used, before the workers are forked."""

from __future__ import annotations

import json
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from support import PROGRAMS, Space, accepts, eventually, free_port, server


@pytest.mark.parametrize("threads", [1, 4])
def test_workers_of_a_preloaded_application_call(
    space: Space, tmp_path: Path, threads: int
) -> None:
    """Every visitor gets the answer to his own question from a worker."""
    port = free_port()
    arguments = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2"]
    arguments += ["--threads", str(threads), "--bind", f"127.0.0.1:{port}", "--log-level"]
    arguments += ["warning", "--no-control-socket", "wsgi_app:application"]
    log = tmp_path / "gunicorn.log"

    def visit(number: int) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?v-{number}", timeout=50) as answer:
            visited: dict[str, Any] = json.load(answer)
            return visited

    with server(arguments, space.environment(), PROGRAMS, log) as master:
        eventually("gunicorn listens", lambda: accepts(port))
        with ThreadPoolExecutor(6) as pool:
            visited = list(pool.map(visit, range(18)))
    assert [answer["session"] for answer in visited] == [f"v-{at}" for at in range(18)]
    assert {answer["loaded_by"] for answer in visited} == {master.pid}
    assert master.pid not in {answer["worker"] for answer in visited}
    assert (master.returncode, log.read_text()) == (0, "")
    assert len(space.entries("chat.submit")) == 18
