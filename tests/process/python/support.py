"""Running programs against the sandbox, and looking at what they did."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from uppzy.testing import Sandbox, control

PROGRAMS = Path(__file__).parent / "programs"
# Long enough for a busy machine; nothing waits for it when all is well.
LONGEST = 60.0


@dataclass(frozen=True)
class Space:
    """A part of the sandbox that a test has for itself."""

    base_url: str
    api_key: str
    tenant_id: str
    site_id: str
    control_url: str

    @classmethod
    def create(cls, sandbox: Sandbox) -> Space:
        """Make a new one."""
        made = sandbox.control("POST", "/spaces", {})
        return cls(**{name: value for name, value in made.items() if name != "name"})

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Make a request to the control URL of this space."""
        return control(self.control_url, method, path, body)

    def set_rules(self, *rules: object) -> None:
        """Replace the fault rules."""
        self.control("PUT", "/rules", list(rules))

    def stall(self, *operations: str) -> None:
        """Answer these operations so late that no test is still there."""
        late = {"delay_ms": 600_000}
        self.set_rules({"match": {"operation": list(operations)}, "effect": late})

    def set_progression(self, **progression: object) -> None:
        """Say how asynchronous answers come about."""
        self.control("PUT", "/progression", progression)

    def entries(self, operation: str) -> list[dict[str, Any]]:
        """List the journal's requests of an operation."""
        entries: list[dict[str, Any]] = self.control("GET", f"/journal?operation={operation}")[
            "entries"
        ]
        return entries

    def fates(self, operation: str) -> list[str]:
        """Say what became of each request of an operation."""
        return [entry["fate"] for entry in self.entries(operation)]

    def environment(self) -> dict[str, str]:
        """Make the environment of a program that uses this space."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("UPPZY_")}
        return {
            **kept,
            "UPPZY_BASE_URL": self.base_url,
            "UPPZY_API_KEY": self.api_key,
            "UPPZY_TENANT_ID": self.tenant_id,
            "UPPZY_SITE_ID": self.site_id,
            # Python 3.12 and newer warn of every fork of a process with threads, whosever they are.
            "PYTHONWARNINGS": "ignore:This process:DeprecationWarning",
        }


@dataclass(frozen=True)
class Ended:
    """What a program left behind."""

    code: int
    stdout: str
    stderr: str

    def assert_clean(self) -> None:
        """Assert that it ended well and complained of nothing."""
        assert (self.code, self.stderr) == (0, ""), self


def command(program: str, *arguments: object) -> list[str]:
    """Make the command line of one of the programs."""
    return [sys.executable, str(PROGRAMS / f"{program}.py"), *map(str, arguments)]


def start(space: Space, program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start one of the programs, in a process group of its own."""
    return subprocess.Popen(
        command(program, *arguments),
        env=space.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str], seconds: float = LONGEST) -> Ended:
    """Wait until a program has ended; one that does not is killed, with its children."""
    try:
        stdout, stderr = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        raise AssertionError(f"it hangs: {process.args!r}\n{stdout}\n{stderr}") from None
    return Ended(process.returncode, stdout, stderr)


def tell(process: subprocess.Popen[str], line: str) -> None:
    """Write a line that a program waits for."""
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    """Wait for the next line of a program."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], LONGEST)
    assert ready, "it says nothing"
    return process.stdout.readline().rstrip("\n")


def run(space: Space, program: str, *arguments: object, seconds: float = LONGEST) -> Ended:
    """Run one of the programs to its end."""
    return end(start(space, program, *arguments), seconds)


def eventually(what: str, is_so: Callable[[], bool]) -> None:
    """Look until it is so."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError(f"never happened: {what}")


def free_port() -> int:
    """Find a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    """Say whether somebody listens on that port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def server(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> Generator[subprocess.Popen[bytes]]:
    """Run a server that writes to the log, and end it by SIGTERM."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise AssertionError(f"it does not end:\n{log.read_text()}") from None
