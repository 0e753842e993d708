"""Every kind of the core's table has a class with everything in it."""

from __future__ import annotations

import asyncio
import builtins
import copy
import io
import json
import multiprocessing
import pickle
from typing import Any

import pytest

import uppzy
from conftest import Space
from uppzy import UppzyError, _native, errors

TABLE = _native.error_table()
PARENTS: dict[str, type[BaseException]] = {
    "config": ValueError,
    "invalid_input": ValueError,
    "file_read": OSError,
    "connect": ConnectionError,
    "connection_lost": ConnectionError,
    "request_timeout": TimeoutError,
    "deadline_exceeded": TimeoutError,
    "poll_timeout": TimeoutError,
}


def fields_of(kind: str) -> dict[str, Any]:
    row = next(row for row in TABLE if row["kind"] == kind)
    cause = {**CAUSE, "cause": None}
    return {**CAUSE, "kind": kind, "class": row["class"], "cause": cause, "token": "v1.token"}


CAUSE: dict[str, Any] = {
    "kind": "connect",
    "class": "ConnectError",
    "message": "no connection",
    "user_message": "Please try again.",
    "hint": "Check the network.",
    "field": None,
    "retryable": True,
    "retry_after": 1.5,
    "outcome": "not_sent",
    "phase": "connect",
    "operation": "chat.send",
    "http_status": 503,
    "code": "busy",
    "server_message": "too busy",
    "body_excerpt": "<html>",
    "http_request_id": "abc",
    "attempts": [
        {"started_after": 0.0, "duration": 0.1, "status": 503, "kind": "x", "delay_before_next": 1}
    ],
    "elapsed": 2.5,
    "retry_stopped_by": "deadline",
    "token": None,
    "cause": None,
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["kind"])
def test_every_kind_has_its_class(row: dict[str, str]) -> None:
    cls = getattr(uppzy, row["class"])
    assert errors.CLASSES[row["kind"]] is cls
    assert cls.kind == row["kind"]
    assert issubclass(cls, getattr(uppzy, row["group"]))
    assert issubclass(cls, UppzyError)
    assert cls.__doc__
    parent = PARENTS.get(row["kind"])
    standard = [base for base in cls.__mro__ if base.__module__ == builtins.__name__]
    if parent is None:
        assert standard == [Exception, BaseException, object]
    else:
        assert parent in standard


def test_there_is_no_class_without_a_kind() -> None:
    assert set(errors.CLASSES) == {row["kind"] for row in TABLE}
    assert len(TABLE) == len(errors.CLASSES) >= 26


@pytest.mark.parametrize("kind", [row["kind"] for row in TABLE])
def test_all_fields_are_attributes(kind: str) -> None:
    fields = fields_of(kind)
    error = errors.from_native(fields, None)
    for name in set(fields) - {"class", "cause", "attempts"}:
        assert getattr(error, name) == fields[name], name
    assert error.attempts[0].status == 503
    assert isinstance(error.cause, uppzy.ConnectError)
    assert error.__cause__ is error.cause
    assert str(error) == "chat.send: no connection"
    assert error.to_dict() == fields
    if isinstance(error, OSError):
        assert error.errno is None


@pytest.mark.parametrize("kind", [row["kind"] for row in TABLE])
def test_pickle_and_copy_keep_everything(kind: str) -> None:
    error = errors.from_native(fields_of(kind), None)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is type(error)
        assert again.to_dict() == error.to_dict()
        assert again.report() == error.report()
        assert again.queue_verdict() == error.queue_verdict()
        assert isinstance(again.__cause__, uppzy.ConnectError)


def test_an_unknown_kind_has_the_base_class() -> None:
    error = errors.from_native({**CAUSE, "kind": "from_the_future"}, None)
    assert type(error) is UppzyError
    assert error.kind == "from_the_future"


def test_job_queues_make_errors_of_their_arguments(client: uppzy.Uppzy) -> None:
    with pytest.raises(uppzy.NotFoundError) as raised:
        client.chat.status("nothing")
    # What Celery's JSON serializer keeps: the class and the arguments.
    again = type(raised.value)(*json.loads(json.dumps(raised.value.args)))
    assert again.to_dict() == raised.value.to_dict()
    # And what makes no sense of them.
    assert type(raised.value)("only a text").message == "only a text"


def test_a_real_error_has_it_all(space: Space) -> None:
    space.rules({"match": {"operation": "tenant.limits"}, "effect": {"status": 503}})
    with space.quick() as client, pytest.raises(uppzy.ServiceUnavailableError) as raised:
        client.tenant.limits()
    error = raised.value
    assert error.http_status == 503
    assert error.operation == "tenant.limits"
    assert len(error.attempts) == 3
    assert error.retry_stopped_by == "max_attempts"
    assert error.outcome == "rejected"
    assert error.hint
    assert error.user_message
    verdict = error.queue_verdict()
    assert verdict.action == "retry_in"
    assert verdict.seconds == 30
    assert verdict.to_dict() == {"action": "retry_in", "seconds": 30}
    assert "attempts: 3" in error.report()
    assert pickle.loads(pickle.dumps(error)).report() == error.report()
    assert "Unavailable" in repr(error)


def test_the_cause_is_a_part_of_the_traceback(space: Space) -> None:
    space.rules({"effect": {"status": 503, "headers": {"Retry-After": "40"}}})
    with space.quick() as client, pytest.raises(UppzyError) as raised:
        client.tenant.limits(timeout=0.5)
    assert raised.value.kind in ("service_unavailable", "deadline_exceeded")


def fail(options: dict[str, Any]) -> None:
    uppzy.Uppzy(**options).chat.status("nothing")


def test_errors_cross_processes(space: Space) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool, pytest.raises(uppzy.NotFoundError) as raised:
        pool.apply(fail, ({**space.options, "environment": {}},))
    assert raised.value.http_status == 404
    assert raised.value.operation == "chat.status"
    assert "chat.status" in raised.value.report()


def test_settings_are_checked_before_anything_is_sent() -> None:
    with pytest.raises(uppzy.ConfigError) as raised:
        uppzy.Uppzy(environment={})
    assert raised.value.field == "api_key"
    assert raised.value.queue_verdict().action == "config_incident"
    with pytest.raises(ValueError, match="api_key"):
        uppzy.Uppzy(api_key="with\nbreak", environment={})
    with pytest.raises(TypeError, match="timeout must be a number, not str"):
        uppzy.Uppzy(api_key="key", timeout="soon", environment={})  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match=r"retry must be uppzy\.RetryPolicy"):
        uppzy.Uppzy(api_key="key", retry=3, environment={})  # type: ignore[arg-type]  # pyright: ignore


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e9])
def test_impossible_timeouts_are_refused(client: uppzy.Uppzy, timeout: float) -> None:
    with pytest.raises(uppzy.InvalidInputError) as raised:
        client.tenant.limits(timeout=timeout)
    error = raised.value
    assert (error.field, error.outcome, error.kind) == ("timeout", "not_sent", "invalid_input")
    assert error.queue_verdict().action == "give_up"
    assert error.report().startswith("uppzy ")
    assert pickle.loads(pickle.dumps(error)).report() == error.report()


def test_arguments_are_named(client: uppzy.Uppzy) -> None:
    with pytest.raises(uppzy.InvalidInputError) as raised:
        client.chat.ask(" ", session_id="s")
    assert raised.value.field == "message"
    with pytest.raises(uppzy.InvalidInputError, match="good"):
        client.chat.feedback(session_id="s", request_id="r", feedback="great")  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match="not a single str"):
        client.documents.delete("doc-1")
    with pytest.raises(TypeError, match="query must be a mapping"):
        client.tenant.get(query=[("page", 1)])  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(TypeError, match="no form in JSON"):
        client.documents.update("doc-1", {"file": io.BytesIO()})
    with pytest.raises(ValueError, match="nan"):
        client.documents.update("doc-1", {"score": float("nan")})


def test_a_closed_client_says_so(space: Space) -> None:
    client = space.client()
    other = client.for_site("other")
    client.close()
    assert client.is_closed
    assert other.is_closed
    with pytest.raises(uppzy.ClosedError):
        client.tenant.limits()

    async def later() -> None:
        async with space.async_client() as closed:
            pass
        with pytest.raises(uppzy.ClosedError):
            await closed.tenant.limits()

    asyncio.run(later())
