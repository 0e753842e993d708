"""Results are frozen, compared by their fields, picklable, and tell nothing of people."""

from __future__ import annotations

import copy
import datetime
import json
import multiprocessing
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import uppzy
from conftest import Space
from uppzy import Answer, ChatRequest, Uppzy
from uppzy.results import AskProgress, QueueVerdict

SECRETS = ("canary-message", "canary-answer", "canary@example.org", "canary-title")


@pytest.fixture
def results(space: Space, quick: Uppzy) -> dict[str, Any]:
    space.rules(
        {
            "match": {"operation": "chat.send"},
            "effect": {"patch": {"answer": "canary-answer", "score": 0.1, "big": 2**63}},
        }
    )
    document = quick.documents.create_text(title="canary-title", content="canary-answer")
    answer = quick.chat.send("canary-message", session_id="session-1", email="canary@example.org")
    pending = quick.chat.submit("canary-message", session_id="session-1")
    pending.result()
    return {
        "answer": answer,
        "status": pending.status(),
        "receipt": quick.chat.feedback(
            session_id="session-1", request_id=answer.request_id, feedback="good"
        ),
        "document": document,
        "documents": quick.documents.list(),
        "sessions": quick.sessions.list(email="canary@example.org"),
        "session": quick.sessions.list()[0],
        "limits": quick.tenant.limits(),
        "meta": answer.meta,
        "request": ChatRequest("canary-message", session_id="s", email="canary@example.org"),
    }


def test_pickle_and_copy_give_equals(results: dict[str, Any]) -> None:
    for name, result in results.items():
        for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
            assert type(again) is type(result), name
            assert again == result, name
            assert hash(again) == hash(result), name
            assert again.to_dict() == result.to_dict(), name
            if hasattr(result, "raw"):
                assert again.raw == result.raw


def same(result: Any) -> Any:
    return result


def test_results_cross_processes(results: dict[str, Any]) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for result in results.values():
            assert pool.apply(same, (result,)) == result


def test_what_differs_is_unequal(results: dict[str, Any], quick: Uppzy) -> None:
    values = list(results.values())
    for index, one in enumerate(values):
        for other in values[index + 1 :]:
            assert one != other
        assert one != "text"
    assert quick.chat.send("else", session_id="session-1") != results["answer"]


def test_nothing_can_be_changed(results: dict[str, Any]) -> None:
    for name, result in results.items():
        with pytest.raises((AttributeError, TypeError)):
            result.anything = 1
        with pytest.raises((AttributeError, TypeError)):
            result.session_id = "other"
        assert name in results
    results["answer"].extra["added"] = 1
    assert "added" not in results["answer"].extra


def test_printed_forms_tell_nothing_of_people(results: dict[str, Any], space: Space) -> None:
    for result in results.values():
        for text in (repr(result), str(result), f"{result}"):
            for secret in SECRETS:
                assert secret not in text
    assert space.options["api_key"] not in repr(space.client())


def test_printed_forms_are_readable(results: dict[str, Any]) -> None:
    assert repr(results["answer"]).startswith("Answer(session_id='session-1', request_id='req_")
    assert "answer=<13 characters>" in repr(results["answer"])
    assert repr(results["documents"]).startswith("Listing(items=[Document(id='doc_")
    assert repr(results["meta"]).startswith("Meta(attempts=1, polls=0, elapsed=0.")


def test_times_have_a_zone(results: dict[str, Any], quick: Uppzy) -> None:
    document = results["document"]
    assert isinstance(document.created_at, datetime.datetime)
    assert document.created_at.tzinfo is datetime.timezone.utc
    assert document.to_dict()["created_at"].endswith("Z")
    pending = quick.chat.submit("x", session_id="s")
    assert pending.submitted_at.tzinfo is datetime.timezone.utc
    assert results["receipt"].feedback_submitted_at.tzinfo is datetime.timezone.utc


def test_open_fields_are_kept(results: dict[str, Any]) -> None:
    answer: Answer = results["answer"]
    assert answer.text == answer.answer == "canary-answer"
    assert answer.extra["score"] == 0.1
    assert answer.extra["big"] == 2**63
    assert json.loads(answer.raw)["score"] == 0.1
    assert answer.meta.attempts == 1
    assert answer.meta.elapsed >= 0
    assert answer.meta.http_status == 200
    json.dumps(answer.to_dict())


def test_unknown_values_stay_as_they_came(space: Space, client: Uppzy) -> None:
    patch = {"confidence_level": "very_high", "confidence_score": "odd"}
    space.rules({"match": {"operation": "chat.send"}, "effect": {"patch": patch}})
    answer = client.chat.send("x", session_id="s")
    assert answer.confidence_level == "very_high"
    assert answer.confidence_score is None
    assert answer.extra["confidence_score"] == "odd"


def test_a_listing_is_a_sequence(results: dict[str, Any]) -> None:
    listing = results["documents"]
    assert issubclass(type(listing), Sequence)
    assert len(listing) == 1
    assert list(listing) == [listing[0]] == listing.items == list(reversed(listing))
    assert listing[0] is listing[-1]
    assert listing[:1] == (listing[0],)
    assert listing[0] in listing
    assert listing.index(listing[0]) == 0
    assert listing.count(listing[0]) == 1
    with pytest.raises(IndexError):
        _ = listing[5]
    with pytest.raises(ValueError, match="no such item"):
        listing.index("other")
    assert uppzy.Listing[uppzy.Document] is not None


def test_an_open_object_is_a_mapping(results: dict[str, Any]) -> None:
    limits = results["limits"]
    assert issubclass(type(limits), Mapping)
    assert dict(limits) == limits.fields
    assert limits["plan"] == limits.get("plan") == limits.fields["plan"]
    assert limits.get("nothing", 7) == 7
    assert "plan" in limits
    assert 7 not in limits
    assert len(limits) == len(list(limits)) == len(limits.keys())
    assert dict(limits.items()) == limits.fields
    with pytest.raises(KeyError, match="nothing"):
        _ = limits["nothing"]
    assert {**limits} == limits.fields


def test_small_results_are_values() -> None:
    verdict = QueueVerdict("retry_in", 5.0)
    assert verdict == QueueVerdict("retry_in", seconds=5.0)
    assert hash(verdict) == hash(QueueVerdict("retry_in", 5.0))
    assert verdict != AskProgress(1, 2, 3)
    assert pickle.loads(pickle.dumps(verdict)) == verdict
    assert "retry_in" in repr(verdict)
    with pytest.raises(AttributeError):
        verdict.seconds = 3


def test_policies_are_values() -> None:
    policy = uppzy.RetryPolicy(max_attempts=5, base=0.25)
    assert policy == uppzy.RetryPolicy(base=0.25, max_attempts=5)
    assert policy != uppzy.RetryPolicy()
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert repr(policy).startswith("RetryPolicy(max_attempts=5, base=0.25, cap=8.0")
    schedule = uppzy.PollSchedule.worker()
    assert (schedule.first, schedule.timeout) == (2.5, 45)
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert hash(schedule) == hash(uppzy.PollSchedule.worker())
    with pytest.raises(uppzy.InvalidInputError):
        uppzy.RetryPolicy(base=-1)


def test_session_ids_are_the_same_everywhere() -> None:
    ids = uppzy.SessionIds("0123456789abcdef")
    assert ids.per_user("42") == "user-1fd4a286fea07a8d4372ab19f2e2c266"
    assert uppzy.SessionIds(b"0123456789abcdef").per_user("42") == ids.per_user("42")
    assert ids.per_thread("ticket-8841") == "thread-ccf993db3535722d9c6648cf3d04b12f"
    assert "0123" not in repr(ids)
    with pytest.raises(uppzy.InvalidInputError):
        uppzy.SessionIds("short")


def test_pending_answers_say_why_they_cannot_be_pickled(client: Uppzy) -> None:
    pending = client.chat.submit("x", session_id="s")
    with pytest.raises(TypeError, match="token"):
        pickle.dumps(pending)
    assert client.chat.resume(pending.token).request_id == pending.request_id
