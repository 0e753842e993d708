"""The program `django_view`, behind Django's own server and behind gunicorn."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from uppzy.testing import Sandbox

from support import accepts, environment, eventually, free_port, server, set_rules, visit

FORM = b"user=ada%40example.com&question=Are+you+open%3F"
SERVERS = {
    "django": ["django", "runserver", "--noreload", "--settings", "django_view", "--pythonpath"],
    "gunicorn": ["gunicorn", "--preload", "--no-control-socket", "django_view:application", "-b"],
}


@pytest.fixture(params=list(SERVERS))
def page(uppzy_sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    address = f"127.0.0.1:{(port := free_port())}"
    arguments = [sys.executable, "-m", *SERVERS[request.param]]
    arguments += [".", address] if request.param == "django" else [address]
    variables = environment(uppzy_sandbox, PATIENCE_SECONDS="20")
    with server(arguments, variables, tmp_path / "server.log"):
        eventually("it listens", lambda: accepts(port))
        yield f"http://{address}"


def ask(page: str) -> tuple[int, str]:
    return visit(f"{page}/ask", FORM, "application/x-www-form-urlencoded")


def test_visitors_get_answers_or_the_fallback(uppzy_sandbox: Sandbox, page: str) -> None:
    status, body = ask(page)
    assert status == 200
    assert not json.loads(body)["is_fallback"]
    status, metrics = visit(f"{page}/metrics")
    assert status == 200
    assert 'operation="chat.submit"' in metrics

    set_rules(uppzy_sandbox, {"match": {"operation": ["chat.submit"]}, "effect": {"status": 500}})
    status, body = ask(page)
    assert status == 200
    assert json.loads(body)["is_fallback"]

    # A wrong key is not hidden behind it.
    set_rules(uppzy_sandbox)
    uppzy_sandbox.control("POST", "/keys", {"revoke": uppzy_sandbox.api_key})
    status, body = ask(page)
    assert status == 500
    assert uppzy_sandbox.api_key not in body
