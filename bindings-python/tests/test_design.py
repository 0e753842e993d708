"""The surface that every language has, row by row, in both clients."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import uppzy
from uppzy import _native

CALL = "timeout retry_unknown"
QUESTION = "message session_id email response_language"
#: An operation, or a call composed of some, and its arguments; all have those of `CALL`.
ROWS = {
    "tenant.get": "query",
    "tenant.limits": "query",
    "tenant.usage": "query",
    "tenant.usage_history": "query",
    "tenant.statistics": "query",
    "site.get": "query",
    "site.statistics": "query",
    "site.user_statistics": "email",
    "site.widget_config": "",
    "site.update_widget_config": "patch",
    "documents.list": "query",
    "documents.upload": "source file_name content_type length on_progress",
    "documents.create_text": "title content category",
    "documents.create_qa": "title question answer category",
    "documents.update": "document_id patch",
    "documents.set_status": "ids status",
    "documents.delete": "ids",
    "chat.send": QUESTION,
    "chat.submit": QUESTION,
    "chat.status": "request_id",
    "chat.feedback": "session_id request_id feedback",
    "sessions.list": "email query",
    "sessions.close": "session_id",
}
COMPOSED = {
    "chat.ask": f"{QUESTION} resume_token",
    "chat.ask_with_fallback": f"{QUESTION} resume_token fallback",
    "chat.ask_many": "questions concurrency on_progress progress",
    "chat.poll_once": "token",
    "chat.wait_many": "tokens",
    "sessions.latest_open": "email",
}
#: What sends nothing by itself.
CLIENT = {
    "chat.resume": "token",
    "for_site": "site_id",
    "for_tenant": "tenant_id",
    "set_api_key": "api_key",
    "set_bearer_token": "bearer_token",
    "metrics": "",
    "events": "capacity",
    "close": "",
}
#: Classes and what their instances have.
MEMBERS = {
    "PendingAnswer": "request_id session_id submitted_at token result status poll_once __iter__",
    "AsyncPendingAnswer": "request_id session_id submitted_at token result status poll_once"
    " __aiter__ __await__",
    "PollOutcome": "state retry_in answer error",
    "AskOutcome": "index request answer error result",
    "WaitOutcome": "index token answer error result",
    "AskProgress": "done failed total",
    "SessionIds": "per_user per_thread per_channel",
    "QueueVerdict": "action seconds token reason",
    "Meta": "attempts elapsed http_status http_request_id",
    "Answer": "extra raw meta to_dict",
    "Document": "extra raw meta to_dict",
    "ChatStatus": "extra raw meta to_dict",
    "Session": "extra raw meta to_dict",
    "FeedbackReceipt": "extra raw meta to_dict",
    "OpenObject": "raw meta to_dict",
    "Listing": "extra raw meta",
    "Metrics": "to_dict",
    "UppzyError": "kind message user_message hint retryable retry_after outcome operation"
    " http_status code server_message http_request_id attempts elapsed retry_stopped_by token"
    " queue_verdict report to_json",
    "Uppzy": "__enter__ __exit__ tenant_id site_id base_url is_closed",
    "AsyncUppzy": "__aenter__ __aexit__ tenant_id site_id base_url is_closed",
}


@pytest.fixture(params=[uppzy.Uppzy, uppzy.AsyncUppzy], ids=["blocking", "asynchronous"])
def a_client(request: pytest.FixtureRequest) -> Any:
    return request.param(api_key="key-for-a-test", tenant_id="t", site_id="s", environment={})


def arguments(client: Any, path: str) -> set[str]:
    on = client
    for name in path.split("."):
        on = getattr(on, name)
    return set(inspect.signature(on).parameters)


def test_the_table_holds_the_operations_of_the_core() -> None:
    assert sorted(ROWS) == sorted(_native.operation_names())


@pytest.mark.parametrize("row", [*ROWS, *COMPOSED])
def test_an_operation_takes_its_arguments(a_client: Any, row: str) -> None:
    expected = {**ROWS, **COMPOSED}[row].split() + CALL.split()
    assert arguments(a_client, row) == set(expected)


@pytest.mark.parametrize("row", CLIENT)
def test_the_client_does_the_rest(a_client: Any, row: str) -> None:
    assert arguments(a_client, row) == set(CLIENT[row].split())


@pytest.mark.parametrize("name", MEMBERS)
def test_objects_have_their_members(name: str) -> None:
    members = set(dir(getattr(uppzy, name)))
    fields = getattr(getattr(uppzy, name), "__annotations__", {})
    missing = set(MEMBERS[name].split()) - members - set(fields)
    assert not missing


def test_every_family_is_there_in_both() -> None:
    for path in ROWS:
        family = path.split(".")[0]
        assert isinstance(getattr(uppzy.Uppzy, family), property)
        assert isinstance(getattr(uppzy.AsyncUppzy, family), property)
