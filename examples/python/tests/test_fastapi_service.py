"""The program `fastapi_service`, behind a real server."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uppzy.testing import Sandbox

from support import accepts, entries, environment, eventually, free_port, server, set_rules, visit

QUESTION = json.dumps({"user": "ada@example.com", "question": "Are you open?"}).encode()


@pytest.fixture
def port(uppzy_sandbox: Sandbox, tmp_path: Path) -> Iterator[int]:
    port = free_port()
    arguments = [sys.executable, "-m", "uvicorn", "fastapi_service:app", "--port", str(port)]
    log = tmp_path / "service.log"
    with server([*arguments, "--log-level", "warning"], environment(uppzy_sandbox), log):
        eventually("it listens", lambda: accepts(port))
        yield port
    assert log.read_text() == ""


def ask(port: int) -> tuple[int, str]:
    return visit(f"http://127.0.0.1:{port}/ask", QUESTION, "application/json")


def test_visitors_get_answers(uppzy_sandbox: Sandbox, port: int) -> None:
    status, body = ask(port)
    assert status == 200
    assert json.loads(body)["answer"]
    status, body = visit(f"http://127.0.0.1:{port}/metrics")
    assert status == 200
    assert "ada@example.com" not in body
    assert 'operation="chat.submit"' in body


def test_a_visitor_who_leaves_ends_the_call(uppzy_sandbox: Sandbox, port: int) -> None:
    late = {"match": {"operation": ["chat.status"]}, "effect": {"delay_ms": 600_000}}
    set_rules(uppzy_sandbox, late)
    with socket.create_connection(("127.0.0.1", port)) as visitor:
        head = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        visitor.sendall(f"{head}Content-Length: {len(QUESTION)}\r\n\r\n".encode() + QUESTION)
        eventually("it polls", lambda: len(entries(uppzy_sandbox, "chat.status")) == 1)
    # Long before the sandbox would have answered, and while the service is still there.
    eventually("gone", lambda: entries(uppzy_sandbox, "chat.status")[0]["client_gone"])
    set_rules(uppzy_sandbox)
    assert ask(port)[0] == 200
    assert len(entries(uppzy_sandbox, "chat.status")) == 2


def test_a_fault_of_the_settings_is_not_told_to_visitors(uppzy_sandbox: Sandbox, port: int) -> None:
    uppzy_sandbox.control("POST", "/keys", {"revoke": uppzy_sandbox.api_key})
    status, body = ask(port)
    assert status == 503
    assert list(json.loads(body)) == ["error"]
    assert "key" not in body
