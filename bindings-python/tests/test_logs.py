"""Events become records of Python's logging, and nothing of it holds up a call."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

import uppzy
from conftest import RunScript, Space
from uppzy import Uppzy


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    caplog.set_level(logging.DEBUG, logger="uppzy")
    try:
        yield caplog
    finally:
        uppzy.disable_logging()


def test_nothing_is_logged_unasked(client: Uppzy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.tenant.limits()
    assert caplog.records == []


def test_clients_before_and_after_are_logged(
    space: Space, client: Uppzy, logged: pytest.LogCaptureFixture
) -> None:
    uppzy.enable_logging(logging.DEBUG)
    client.tenant.limits()
    with space.client() as later:
        later.site.get()
        with pytest.raises(uppzy.NotFoundError):
            later.chat.status("canary-request")
    uppzy.disable_logging()
    ended = [
        (record.levelno, record.__dict__["event"]["operation"])
        for record in logged.records
        if record.__dict__["event"]["event"] == "call_ended"
    ]
    assert sorted(ended) == [
        (logging.INFO, "site.get"),
        (logging.INFO, "tenant.limits"),
        (logging.WARNING, "chat.status"),
    ]
    assert "canary" not in logged.text
    assert {record.name for record in logged.records} == {"uppzy"}


def test_the_level_counts(client: Uppzy, logged: pytest.LogCaptureFixture) -> None:
    uppzy.enable_logging("INFO")
    uppzy.enable_logging("INFO")
    client.tenant.limits()
    uppzy.disable_logging()
    assert [record.levelno for record in logged.records] == [logging.INFO]


def test_after_the_end_nothing_more_is_logged(
    client: Uppzy, logged: pytest.LogCaptureFixture
) -> None:
    uppzy.enable_logging()
    uppzy.disable_logging()
    uppzy.disable_logging()
    client.tenant.limits()
    assert logged.records == []
    uppzy.enable_logging()
    client.tenant.limits()
    uppzy.disable_logging()
    assert len(logged.records) == 1


class Calling(logging.Handler):
    """A handler that makes a call itself, for each record."""

    def __init__(self, client: Uppzy) -> None:
        super().__init__()
        self.client = client
        self.made = 0

    def emit(self, record: logging.LogRecord) -> None:
        if self.made < 3:
            self.made += 1
            self.client.tenant.limits()


def test_a_handler_that_makes_calls_does_not_lock_up(
    client: Uppzy, logged: pytest.LogCaptureFixture
) -> None:
    handler = Calling(client)
    logger = logging.getLogger("uppzy")
    logger.addHandler(handler)
    try:
        uppzy.enable_logging(logging.INFO)
        client.tenant.limits()
        for _ in range(500):
            if handler.made == 3:
                break
            time.sleep(0.01)
        assert handler.made == 3
    finally:
        logger.removeHandler(handler)


def test_events_can_be_iterated(space: Space) -> None:
    client = space.client()
    events = client.events(100)
    client.tenant.limits()
    client.close()
    names = [event["event"] for event in events]
    assert names == ["call_started", "attempt", "call_ended"]
    assert events.dropped == 0


def test_logging_survives_a_fork(run_script: RunScript) -> None:
    found = run_script(
        """
import json, logging, os, sys, tempfile, uppzy
path = tempfile.mktemp()
logging.basicConfig(filename=path, format="%(process)d %(message)s")
uppzy.enable_logging()
client = uppzy.Uppzy()
client.tenant.limits()
child = os.fork()
if child == 0:
    client.tenant.limits()
    uppzy.disable_logging()
    os._exit(0)
_, status = os.waitpid(child, 0)
uppzy.disable_logging()
with open(path) as file:
    processes = {line.split()[0] for line in file}
os.unlink(path)
print(json.dumps({"status": status, "processes": len(processes)}))
""",
        "-Wignore::DeprecationWarning",
    )
    assert found == {"status": 0, "processes": 2}


def test_what_was_logged_last_is_there_after_the_exit(run_script: RunScript) -> None:
    found = run_script(
        """
import atexit, json, logging
class Keeping(logging.Handler):
    def emit(self, record):
        kept.append(record.getMessage())
kept = []
# Runs after those of the package, which are registered later.
atexit.register(lambda: print(json.dumps({"kept": len(kept)})))
logging.getLogger("uppzy").addHandler(Keeping())
import uppzy.logs
uppzy.enable_logging()
uppzy.Uppzy().tenant.limits()
"""
    )
    assert found == {"kept": 1}


def test_nothing_is_lost_when_the_reader_comes_late(run_script: RunScript) -> None:
    found = run_script(
        """
import json, logging, threading, uppzy.logs
class Keeping(logging.Handler):
    def emit(self, record):
        kept.append(record.getMessage())
kept = []
logging.getLogger("uppzy").addHandler(Keeping())
ending = threading.Event()
class Late(threading.Thread):
    def run(self):
        ending.wait(60)
        super().run()
    def join(self, timeout=None):
        ending.set()
        super().join(60)
threading.Thread = Late
uppzy.enable_logging()
uppzy.Uppzy().tenant.limits()
uppzy.disable_logging()
uppzy.Uppzy().tenant.limits()
uppzy.enable_logging()
uppzy.Uppzy().tenant.limits()
uppzy.disable_logging()
print(json.dumps({"kept": len(kept)}))
"""
    )
    assert found == {"kept": 2}
