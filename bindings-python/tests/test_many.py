"""Many questions at once: each result exactly once, and what failed can be handed in again."""

from __future__ import annotations

import asyncio
import pickle
import sys

import pytest

import uppzy
from conftest import Space
from uppzy import AskProgress, ChatRequest, Uppzy
from uppzy.testing import virtual_clock


def questions(count: int) -> list[ChatRequest]:
    return [ChatRequest(f"question {index}", session_id=f"s{index}") for index in range(count)]


def test_every_question_appears_once(quick: Uppzy) -> None:
    told: list[AskProgress] = []
    outcomes = list(quick.chat.ask_many(questions(250), concurrency=60, on_progress=told.append))
    assert sorted(outcome.index for outcome in outcomes) == list(range(250))
    for outcome in outcomes:
        assert outcome.result().session_id == f"s{outcome.index}"
        assert outcome.request.message == f"question {outcome.index}"
        assert outcome.error is None
    assert told == [AskProgress(number + 1, 0, 250) for number in range(250)]


def test_every_question_appears_once_asynchronously(space: Space) -> None:
    async def main() -> list[int]:
        async with space.async_client(clock=virtual_clock(1, silence=10)) as client:
            return [outcome.index async for outcome in client.chat.ask_many(questions(250))]

    assert sorted(asyncio.run(main())) == list(range(250))


def test_what_failed_can_be_handed_in_again(space: Space, quick: Uppzy) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    outcomes = list(quick.chat.ask_many(questions(5), timeout=10))
    assert {type(outcome.error) for outcome in outcomes} == {uppzy.PollTimeoutError}
    with pytest.raises(uppzy.PollTimeoutError):
        outcomes[0].result()
    again = pickle.loads(pickle.dumps([outcome.request for outcome in outcomes]))
    assert all(request.resume_token for request in again)
    space.control("PUT", "/progression", {"mode": "immediate"})
    assert all(outcome.answer for outcome in quick.chat.ask_many(again))
    assert space.requests().count("chat.submit") == 5


def test_a_question_that_was_accepted_is_resumed(space: Space, quick: Uppzy) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    with pytest.raises(uppzy.PollTimeoutError) as raised:
        quick.chat.ask("x", session_id="s", timeout=10)
    token = raised.value.token
    late = quick.chat.ask_with_fallback(
        "x", session_id="s", fallback="later", resume_token=token, timeout=10
    )
    assert (late.is_fallback, late.extra["token"]) == (True, token)
    space.control("PUT", "/progression", {"mode": "immediate"})
    answer = quick.chat.ask("x", session_id="s", resume_token=token)
    again = quick.chat.ask_with_fallback("x", session_id="s", fallback="later", resume_token=token)
    assert answer.request_id == again.request_id
    assert not again.is_fallback
    with pytest.raises(uppzy.InvalidInputError):
        quick.chat.ask("x", session_id="s", resume_token="v1.damaged")
    assert space.requests().count("chat.submit") == 1


def test_waiting_for_tokens(space: Space, quick: Uppzy) -> None:
    tokens = [quick.chat.submit("x", session_id=f"s{index}").token for index in range(5)]
    given = [*tokens, "v1.damaged", tokens[0]]
    outcomes = {outcome.index: outcome for outcome in quick.chat.wait_many(given)}
    assert sorted(outcomes) == list(range(7))
    assert all(outcomes[index].token == token for index, token in enumerate(given))
    assert outcomes[3].result().session_id == "s3"
    assert isinstance(outcomes[5].error, uppzy.InvalidInputError)
    with pytest.raises(TypeError, match="not a single str"):
        quick.chat.wait_many(tokens[0])


def test_leaving_early_ends_the_work(space: Space) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    space.rules({"match": {"operation": "chat.submit", "nth": [2]}, "effect": {"status": 400}})
    client = space.client()
    for outcome in client.chat.ask_many(questions(3)):
        assert isinstance(outcome.error, uppzy.BadRequestError)
        break
    seen = len(space.requests())
    client.tenant.limits()
    assert len(space.requests()) <= seen + 2

    iterator = client.chat.ask_many(questions(3))
    iterator.close()
    assert list(iterator) == []


def test_leaving_early_ends_the_work_asynchronously(space: Space) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    space.rules({"match": {"operation": "chat.submit", "nth": [2]}, "effect": {"status": 400}})

    async def main() -> None:
        async with space.async_client() as client:
            async for outcome in client.chat.ask_many(questions(3)):
                assert isinstance(outcome.error, uppzy.BadRequestError)
                break

    asyncio.run(main())


def test_a_bar_is_shown(
    quick: Uppzy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(list(quick.chat.ask_many(questions(3), progress=True))) == 3
    assert "3/3" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert len(list(quick.chat.ask_many(questions(3), progress=True))) == 3
    assert capsys.readouterr().err.endswith("3/3 answers\n")


def test_states_follow_the_answer(space: Space, quick: Uppzy) -> None:
    progression = {"mode": "after_polls", "polls": 3, "statuses": ["queued", "queued", "thinking"]}
    space.control("PUT", "/progression", progression)
    pending = quick.chat.submit("x", session_id="s")
    assert [state.status_text for state in pending] == ["queued", "thinking", "completed"]
    space.control("PUT", "/progression", {"mode": "fail", "error": "no luck"})
    failed = quick.chat.submit("x", session_id="s")
    with pytest.raises(uppzy.ChatFailedError, match="no luck"):
        failed.result()
    outcome = failed.poll_once()
    assert outcome.state == "failed"
    assert isinstance(outcome.error, uppzy.ChatFailedError)
    space.control("PUT", "/progression", {"mode": "never"})
    outcome = quick.chat.poll_once(quick.chat.submit("x", session_id="s").token)
    assert outcome.state == "pending"
    assert outcome.retry_in is not None
    assert outcome.retry_in > 0


def test_a_wait_that_ends_in_an_error_gives_what_came_before(space: Space, quick: Uppzy) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    pending = quick.chat.submit("x", session_id="s")
    states: list[str] = []
    iterator = iter(pending)
    states.append(next(iterator).status)
    with pytest.raises(uppzy.PollTimeoutError) as raised:
        next(iterator)
    assert raised.value.token == pending.token
    assert states == ["pending"]


def test_a_fallback_is_marked(space: Space, quick: Uppzy) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    answer = quick.chat.ask_with_fallback("x", session_id="s", fallback="Later.", timeout=10)
    assert answer.is_fallback
    assert answer.text == "Later."
    assert answer.extra["fallback_reason"] == "poll_timeout"
    assert quick.chat.resume(answer.extra["token"]).session_id == "s"
