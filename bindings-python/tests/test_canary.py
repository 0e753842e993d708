"""Nothing of a key or a person comes out of the package, whatever happens and wherever one looks."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from conftest import Space

PLANTS = {
    "key": "KeyPlant7Gq2Xw9Zt4",
    "bearer": "BearerPlant3Vb8Nm6Kd",
    "header": "HeaderPlant5Yc1Rf7Lp",
    "message": 'MessagePlant9 Uj3Ea8 why does my "green" lampüp hum?',
    "answer": "AnswerPlant2 Ok6Bt1 because its choke is old",
    "title": "TitlePlant8 Pz4Xs7 humming lamps",
    "email": "email.plant4+lq0@canary-shop.test",
    "secret": "SessionPlant1-Gh5Tf9Vc3",
}
# A run of 12 characters of a plant is a leak: it holds one of these parts, as it is, or as JSON or
# ``ascii`` writes it.
PARTS = [plant[at : at + 10] for plant in PLANTS.values() for at in range(0, len(plant) - 9, 3)]
PARTS.extend(["canary-shop", "email.plant4"])
WRITTEN = sorted(
    {
        form
        for part in PARTS
        for form in (part, json.dumps(part)[1:-1], part.encode("unicode_escape").decode())
    }
)
FORMS = ["text", "code", "nested", "list", "in_text", "html", "cut"]


def leaks(place: str, text: str) -> list[str]:
    """The first that stands there of the plants."""
    form = next((form for form in WRITTEN if form in text), None)
    if form is None:
        return []
    at = text.find(form)
    return [f"{place}: {form!r} in {text[max(0, at - 150) : at + 100]!r}"]


class Echo(BaseHTTPRequestHandler):
    """Says back what it was sent: in the form and under the status that the path begins with."""

    protocol_version = "HTTP/1.1"
    # In one piece, and at once: else each answer waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        _, form, status, *rest = self.path.split("/")
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        if self.headers.get("transfer-encoding"):
            self.close_connection = True
        secrets = [self.headers.get(name) for name in ("x-api-key", "authorization", "x-gateway")]
        words = f"{body} of {'/'.join(rest)} with {' '.join(filter(None, secrets))}"
        key = next(filter(None, secrets), "")
        answer = {
            "text": json.dumps({"error": words}),
            "code": json.dumps({"code": key, "error": key, "type": rest[-1]}),
            "nested": json.dumps({"error": {"message": words}, "request": body}),
            "list": json.dumps([words, [body]]),
            "in_text": json.dumps({"detail": f"bad body: {body}"}),
            "html": f"<html><pre>{words}</pre></html>",
            "cut": json.dumps({"you sent": words}, ensure_ascii=False)[:-9],
        }[form].encode()
        self.send_response(int(status))
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.send_header("x-request-id", key)
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815
    do_PATCH = do_POST  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing: its own log would be full of plants."""


@pytest.fixture
def echo_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_planted_comes_out(space: Space, echo_url: str, tmp_path: Path) -> None:
    space.control("POST", "/keys", {"add": PLANTS["key"]})
    folder = tmp_path / "process"
    folder.mkdir()
    seen = tmp_path / "seen.json"
    given = {
        "plants": PLANTS,
        "options": {**space.options, "api_key": PLANTS["key"]},
        "control_url": space.control_url,
        "echo_url": echo_url,
        "forms": FORMS,
        "seen": str(seen),
    }
    program = Path(__file__).parent / "programs" / "canary.py"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}
    out, errors = tmp_path / "out", tmp_path / "errors"
    with out.open("w") as stdout, errors.open("w") as stderr:
        done = run(
            [sys.executable, "-X", "dev", str(program), json.dumps(given)],
            stdout=stdout,
            stderr=stderr,
            cwd=folder,
            env={**environment, "RUST_LOG": "trace", "RUST_BACKTRACE": "full"},
            check=False,
        )
    printed, logged = (file.read_text(encoding="utf-8") for file in (out, errors))
    assert done.returncode == 1, logged[-3_000:]
    assert "BadRequestError" in logged[-3_000:], logged[-3_000:]
    assert "Task exception was never retrieved" in logged
    assert logged.count("uppzy") > 1_000, "the most verbose log has to be there"
    written = json.loads(seen.read_text(encoding="utf-8"))
    assert len(written["seen"]) > 5_000, len(written["seen"])
    kinds = {
        "authentication", "bad_request", "chat_failed", "closed", "config", "connection_lost",
        "file_read", "invalid_input", "not_found", "poll_timeout", "rate_limit",
        "response_decode", "server", "service_unavailable", "unexpected_status",
    }  # fmt: skip
    assert kinds <= set(written["kinds"]), kinds - set(written["kinds"])
    found = leaks("standard output", printed) + leaks("standard error", logged)
    for text, place in {text: place for place, text in written["seen"]}.items():
        found += leaks(place, text)
    for file in folder.rglob("*"):
        found += leaks("file name", file.name)
        if file.is_file():
            found += leaks(str(file), file.read_bytes().decode("latin-1"))
    assert not found, "\n".join([f"{len(found)} leaks", *found[:20]])


def test_a_leak_is_found() -> None:
    for plant in PLANTS.values():
        assert leaks("there", f"before {plant} after")
        assert leaks("there", json.dumps({"a": plant[3:20]}))
    assert not leaks("there", "a key, a message and an address: [redacted]")
