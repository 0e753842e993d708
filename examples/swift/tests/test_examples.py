"""Runs the programs against a sandbox, the app through the gateway of `examples/gateway`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uppzy.testing import Sandbox

from support import LONGEST, accepts, entries, environment, eventually, free_port, server

GATEWAY = Path(__file__).parents[2] / "gateway"
PROGRAMS = Path(os.environ["UPPZY_SWIFT_PROGRAMS"])
# What stands before a program that runs where Swift is.
PREFIX = [word for word in os.environ.get("UPPZY_SWIFT_PREFIX", "").split("\n") if word]


def run(
    program: str, *arguments: str, at: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs a program of ours, or the one at that place, to its end, with these variables alone."""
    shared = os.environ.get("UPPZY_SHARED", "")
    kept = {"PATH": os.environ["PATH"], "UPPZY_SHARED": shared}
    # Only variables of ours are seen where Swift is, so that others are given as arguments.
    given = [f"{name}={value}" for name, value in variables.items()]
    return subprocess.run(
        [*PREFIX, "env", *given, at or str(PROGRAMS / program), *arguments],
        env=kept,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )


# What the snippets of the README take as given.
GIVEN = """
import Foundation
import Uppzy
struct Login { let token = "", siteID = "", sessionPrefix = "" }
func store(_ token: String?) {}
func show(_ value: some Any) {}
func readme(
  client: UppzyClient, login: Login, questions: [Question], question: String, session: String,
  url: URL
) async throws {
  var again: [Question] = []
  again.removeAll()
%s
}
"""


def test_the_snippets_of_the_readme_compile() -> None:
    package = Path(__file__).parents[3] / "bindings-uniffi" / "swift"
    blocks = re.findall(r"```swift\n(.*?)```", (package / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 5
    scopes = [f"do {{\n{block.replace('import Uppzy', '')}}}" for block in blocks]
    # Below the programs, which are seen where Swift is.
    source = PROGRAMS / "readme.swift"
    source.write_text(GIVEN % "\n".join(scopes))
    modules = ["-I", str(PROGRAMS / "Modules"), "-I", str(package / "Sources" / "UppzyFFI")]
    done = run("", "-typecheck", "-swift-version", "6", *modules, str(source), at="swiftc")
    source.unlink()
    assert done.returncode == 0, done.stderr
    assert "error:" not in done.stderr


def test_the_quickstart_asks_and_rates(uppzy_sandbox: Sandbox) -> None:
    for documents in (1, 1):
        done = run("Quickstart", **uppzy_sandbox.environment)
        assert done.returncode == 0, done.stderr
        assert "Answer:   Send it back within 30 days." in done.stdout
        assert "Rated as good." in done.stdout
        assert len(entries(uppzy_sandbox, "documents.create_qa")) == documents


def test_the_quickstart_says_what_is_missing() -> None:
    done = run("Quickstart", UPPZY_SITE_ID="s", UPPZY_TENANT_ID="t")
    assert done.returncode == 1
    assert "UPPZY_API_KEY" in done.stderr


def test_a_worker_takes_up_what_another_process_has_handed_in(uppzy_sandbox: Sandbox) -> None:
    uppzy_sandbox.control("PUT", "/progression", {"mode": "after_polls", "polls": 2})
    submitted = run("Worker", "submit", "Are you open?", **uppzy_sandbox.environment)
    assert submitted.returncode == 0, submitted.stderr
    token = submitted.stdout.strip()
    assert token.startswith("v1.")
    looks = [run("Worker", "look", token, **uppzy_sandbox.environment).stdout for _ in range(3)]
    assert looks[0].startswith("pending: look again in")
    assert looks[2].startswith("completed: ")
    assert len(entries(uppzy_sandbox, "chat.submit")) == 1


def test_a_worker_tells_the_queue_of_a_wrong_key(uppzy_sandbox: Sandbox) -> None:
    variables = {**uppzy_sandbox.environment, "UPPZY_API_KEY": "revoked"}
    done = run("Worker", "submit", "Are you open?", **variables)
    assert done.returncode == 1
    assert "stop the worker" in done.stderr


@pytest.fixture
def gateway(uppzy_sandbox: Sandbox, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the gateway is, and the variables that it runs with."""
    variables = environment(uppzy_sandbox, GATEWAY_SECRET="a secret for these tests only")
    port = free_port()
    arguments = [sys.executable, "-m", "uvicorn", "gateway:app", "--app-dir", str(GATEWAY)]
    arguments += ["--port", str(port), "--log-level", "warning"]
    with server(arguments, variables, tmp_path / "gateway.log"):
        eventually("it listens", lambda: accepts(port))
        yield f"http://127.0.0.1:{port}/api/v1", variables


def login(variables: dict[str, str], user: str) -> str:
    """The line that the gateway hands to the app of that user."""
    command = [sys.executable, str(GATEWAY / "gateway.py"), user]
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, check=True, timeout=LONGEST
    ).stdout.strip()


def test_an_app_asks_through_the_gateway(
    uppzy_sandbox: Sandbox, gateway: tuple[str, dict[str, str]]
) -> None:
    url, variables = gateway
    done = run("App", GATEWAY_URL=url, GATEWAY_LOGIN=login(variables, "ann"))
    assert done.returncode == 0, done.stderr
    assert "Answer: " in done.stdout
    assert "Thank you" in done.stdout
    assert len(entries(uppzy_sandbox, "chat.feedback")) == 1


def test_a_foreign_session_is_refused(
    uppzy_sandbox: Sandbox, gateway: tuple[str, dict[str, str]]
) -> None:
    url, variables = gateway
    of_ann = json.loads(login(variables, "ann"))["session_prefix"]
    done = run("App", GATEWAY_URL=url, GATEWAY_LOGIN=login(variables, "bob"), SESSION_ID=of_ann)
    assert done.returncode == 1
    assert done.stderr.startswith("permission_denied")
    assert entries(uppzy_sandbox, "chat.submit") == []
