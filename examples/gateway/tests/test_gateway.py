"""The gateway behind a real server, with the package's own client as the app."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from uppzy import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RetryPolicy,
    ServiceUnavailableError,
    Uppzy,
    UppzyError,
)
from uppzy.testing import Sandbox, virtual_clock

from support import accepts, entries, environment, eventually, free_port, server, set_rules

FOLDER = Path(__file__).parents[1]


@dataclass(frozen=True)
class Login:
    """What an app knows."""

    base_url: str
    token: str
    site_id: str
    session_prefix: str

    def client(self, **settings: object) -> Uppzy:
        """The client of the app, whose waits take no time."""
        return Uppzy(
            **{
                "environment": {},
                "base_url": self.base_url,
                "bearer_token": self.token,
                "site_id": self.site_id,
                "clock": virtual_clock(1),
                **settings,
            }  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        )


@dataclass(frozen=True)
class Gateway:
    """The gateway under test."""

    port: int
    variables: dict[str, str]
    log: Path

    def login(self, user: str) -> Login:
        """Logs that user in."""
        printed = subprocess.run(
            [sys.executable, str(FOLDER / "gateway.py"), user],
            env=self.variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return Login(f"http://127.0.0.1:{self.port}/api/v1", **json.loads(printed.stdout))


@pytest.fixture
def gateway(uppzy_sandbox: Sandbox, tmp_path: Path) -> Iterator[Gateway]:
    variables = environment(
        uppzy_sandbox,
        GATEWAY_SECRET="a secret for these tests only",
        QUESTIONS_PER_USER="3/hour",
    )
    gateway = Gateway(free_port(), variables, tmp_path / "gateway.log")
    arguments = [sys.executable, "-m", "uvicorn", "gateway:app", "--app-dir", str(FOLDER)]
    arguments += ["--port", str(gateway.port), "--log-level", "warning"]
    with server(arguments, variables, gateway.log):
        eventually("it listens", lambda: accepts(gateway.port))
        yield gateway


def test_an_app_asks_gets_its_answer_rates_it_and_ends(
    uppzy_sandbox: Sandbox, gateway: Gateway
) -> None:
    ann = gateway.login("ann@example.com")
    with ann.client() as app:
        answer = app.chat.ask("Are you open?", session_id=ann.session_prefix)
        assert answer.text
        receipt = app.chat.feedback(
            session_id=ann.session_prefix, request_id=answer.request_id, feedback="good"
        )
        assert receipt.is_first
        app.sessions.close(ann.session_prefix)
    assert entries(uppzy_sandbox, "sessions.close")[0]["status"] == 200
    assert gateway.log.read_text() == ""
    # The sandbox has seen the key of the gateway and the address of nobody.
    assert "ann@example.com" not in json.dumps(uppzy_sandbox.control("GET", "/journal"))


def test_a_foreign_session_is_refused(uppzy_sandbox: Sandbox, gateway: Gateway) -> None:
    ann, bob = gateway.login("ann"), gateway.login("bob")
    assert ann.session_prefix != bob.session_prefix
    with bob.client() as app:
        guesses = (ann.session_prefix, f"{ann.session_prefix}-2", "s", f"x{bob.session_prefix}")
        for session in guesses:
            with pytest.raises(PermissionDeniedError) as refused:
                app.chat.submit("What did Ann ask?", session_id=session)
            assert refused.value.code == "foreign_session"
            with pytest.raises(PermissionDeniedError):
                app.sessions.close(session)
        # A second conversation of his own is his.
        assert app.chat.ask("Are you open?", session_id=f"{bob.session_prefix}-2").text
    assert len(entries(uppzy_sandbox, "chat.submit")) == 1
    assert entries(uppzy_sandbox, "sessions.close") == []


def test_an_answer_opens_for_who_has_asked(uppzy_sandbox: Sandbox, gateway: Gateway) -> None:
    ann, bob = gateway.login("ann"), gateway.login("bob")
    with ann.client() as of_ann, bob.client() as of_bob:
        answer = of_ann.chat.ask("Are you open?", session_id=ann.session_prefix)
        signed_by_nobody = answer.request_id.split(".")[0]
        polls = len(entries(uppzy_sandbox, "chat.status"))
        for request_id in (answer.request_id, signed_by_nobody):
            with pytest.raises(NotFoundError):
                of_bob.chat.status(request_id)
            with pytest.raises(NotFoundError):
                of_bob.chat.feedback(
                    session_id=bob.session_prefix, request_id=request_id, feedback="bad"
                )
        assert of_ann.chat.status(answer.request_id).answer == answer.text
    assert len(entries(uppzy_sandbox, "chat.status")) == polls + 1
    assert entries(uppzy_sandbox, "chat.feedback") == []


def test_without_a_login_of_this_gateway_nothing_is_done(
    uppzy_sandbox: Sandbox, gateway: Gateway
) -> None:
    ann = gateway.login("ann")
    other = {"bearer_token": f"{ann.token}x"}
    for settings, kind in (
        (other, AuthenticationError),
        ({"bearer_token": "ann"}, AuthenticationError),
        ({"bearer_token": None, "headers": {"X-App": "1"}}, AuthenticationError),
        ({"site_id": "another-site"}, PermissionDeniedError),
    ):
        with ann.client(**settings) as app, pytest.raises(kind):
            app.chat.submit("Are you open?", session_id=ann.session_prefix)
    assert entries(uppzy_sandbox, "chat.submit") == []


def test_a_user_asks_so_often_and_no_more(gateway: Gateway) -> None:
    ann, bob = gateway.login("ann"), gateway.login("bob")
    with ann.client(retry=RetryPolicy(max_attempts=1)) as app:
        for _ in range(3):
            app.chat.submit("Are you open?", session_id=ann.session_prefix)
        with pytest.raises(RateLimitError) as refused:
            app.chat.submit("Are you open?", session_id=ann.session_prefix)
        assert refused.value.retry_after
        assert 3000 < refused.value.retry_after <= 3600
    with bob.client() as app:
        assert app.chat.submit("Are you open?", session_id=bob.session_prefix)


def test_the_app_learns_whether_to_ask_again(uppzy_sandbox: Sandbox, gateway: Gateway) -> None:
    ann = gateway.login("ann")
    busy = {"match": {"operation": ["chat.submit"], "nth": 1}, "effect": {"status": 503}}
    set_rules(uppzy_sandbox, busy)
    with ann.client() as app:
        # One for each of the app's attempts: two clients that both repeat would multiply.
        assert app.chat.submit("Are you open?", session_id=ann.session_prefix)
        assert len(entries(uppzy_sandbox, "chat.submit")) == 2
        lost = {"match": {"operation": ["chat.submit"]}, "effect": {"reset": "after"}}
        set_rules(uppzy_sandbox, lost)
        with pytest.raises(UppzyError) as unclear:
            app.chat.submit("Are you open?", session_id=ann.session_prefix)
        assert (unclear.value.kind, unclear.value.outcome) == ("gateway_timeout", "unknown")
        assert len(entries(uppzy_sandbox, "chat.submit")) == 3


def test_a_fault_of_the_key_is_not_the_users(uppzy_sandbox: Sandbox, gateway: Gateway) -> None:
    ann = gateway.login("ann")
    uppzy_sandbox.control("POST", "/keys", {"revoke": uppzy_sandbox.api_key})
    with (
        ann.client(retry=RetryPolicy(max_attempts=1)) as app,
        pytest.raises(ServiceUnavailableError) as error,
    ):
        app.chat.submit("Are you open?", session_id=ann.session_prefix)
    assert "key" not in str(error.value)
    assert '"authentication"' in gateway.log.read_text()


def test_bodies_that_are_none_are_refused(uppzy_sandbox: Sandbox, gateway: Gateway) -> None:
    ann = gateway.login("ann")
    url = f"{ann.base_url}/m2m/sites/{ann.site_id}/chat/async"
    session = ann.session_prefix
    for body, status in (
        (b"", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (json.dumps({"message": "Are you open?"}).encode(), 400),
        (json.dumps({"message": 7, "session_id": session}).encode(), 400),
        (b'{"message": "' + b"x" * 100_000 + b'"}', 413),
    ):
        request = urllib.request.Request(
            url, data=body, headers={"Authorization": f"Bearer {ann.token}"}
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        with refused.value as answer:
            assert answer.code == status
            assert json.loads(answer.read())["error"]["message"]
    assert entries(uppzy_sandbox, "chat.submit") == []
    assert gateway.log.read_text() == ""
