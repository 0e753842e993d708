"""Running the programs against a sandbox, and looking at what they did."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

from uppzy.testing import Sandbox

PROGRAMS = Path(__file__).parents[1]
# Long enough for a busy machine; nothing waits for it when all is well.
LONGEST = 60.0


def environment(sandbox: Sandbox, **more: str) -> dict[str, str]:
    """The environment of a program that uses this sandbox."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UPPZY_")}
    return {
        **kept,
        **sandbox.environment,
        "SESSION_SECRET": "a secret for these tests only",
        **more,
    }


def run(
    sandbox: Sandbox, program: str, *arguments: str, typed: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end."""
    return subprocess.run(
        [sys.executable, str(PROGRAMS / program), *arguments],
        input=typed,
        env=environment(sandbox, **more),
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


def entries(sandbox: Sandbox, operation: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.control("GET", f"/journal?operation={operation}")[
        "entries"
    ]
    return found


def processed(sandbox: Sandbox, operation: str) -> int:
    """How many requests of an operation took effect."""
    return sum(entry["processed"] for entry in entries(sandbox, operation))


def set_rules(sandbox: Sandbox, *rules: object) -> None:
    sandbox.control("PUT", "/rules", list(rules))


def eventually(what: str, is_so: Callable[[], bool]) -> None:
    """Looks until it is so."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError(f"never happened: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def server(arguments: list[str], variables: Mapping[str, str], log: Path) -> Generator[None]:
    """Runs a server beside the programs, and ends it by SIGTERM."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            env=dict(variables),
            cwd=PROGRAMS,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"it does not end:\n{log.read_text()}") from None


def visit(url: str, body: bytes | None = None, content_type: str = "") -> tuple[int, str]:
    """Visits a page, and gives its status and text."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
