"""The calls, written once for both surfaces of the package."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator
from typing import Any

from uppzy import Answer, ChatRequest, UppzyError

from lines import say


async def got(value: Any) -> Any:
    """The value, awaited where the surface has it so."""
    return await value if inspect.isawaitable(value) else value


async def each(values: Any) -> AsyncIterator[Any]:
    """All values, of either kind of iterator."""
    if hasattr(values, "__aiter__"):
        async for value in values:
            yield value
    else:
        for value in values:
            yield value


def answered(answer: Answer) -> dict[str, Any]:
    return {
        "result": "answered",
        "session": answer.session_id,
        "request_id": answer.request_id,
        "attempts": answer.meta.attempts,
        "said": repr(answer),
    }


def failed(error: UppzyError) -> dict[str, Any]:
    said = f"{error} {error!r} {error.to_json()} {error.report()} {error.hint}"
    return {
        "result": "error",
        "kind": error.kind,
        "outcome": error.outcome,
        "attempts": len(error.attempts),
        "token": error.token,
        "said": said,
    }


class Clock:
    """When a call began, and how long it has taken."""

    def __init__(self) -> None:
        self.began_ms = int(time.time() * 1_000)
        self.began = time.monotonic()

    def end(self, number: int, end: dict[str, Any]) -> None:
        """Say that a call has ended."""
        elapsed_ms = int((time.monotonic() - self.began) * 1_000)
        say(report="ended", id=number, began_ms=self.began_ms, elapsed_ms=elapsed_ms, **end)


async def call(client: Any, order: dict[str, Any]) -> None:
    """Make the call, and say how it ended."""
    clock = Clock()
    left = [question["id"] for question in order["questions"]] or [order["id"]]
    try:
        if order["questions"]:
            await ask_many(client, order, clock, left)
        else:
            try:
                end = await operation(client, order)
            except UppzyError as error:
                end = failed(error)
            clock.end(order["id"], end)
    except asyncio.CancelledError:
        for number in left:
            clock.end(number, {"result": "cancelled"})
        raise


async def ask_many(client: Any, order: dict[str, Any], clock: Clock, left: list[int]) -> None:
    """Ask many questions; each ends by itself."""
    questions = [
        ChatRequest(question["message"], session_id=question["session"], email=order["email"])
        for question in order["questions"]
    ]
    outcomes = client.chat.ask_many(
        questions, timeout=order["timeout_ms"] / 1_000, retry_unknown=order["retry_unknown"]
    )
    async for outcome in each(outcomes):
        number = order["questions"][outcome.index]["id"]
        left.remove(number)
        clock.end(number, failed(outcome.error) if outcome.error else answered(outcome.answer))


async def operation(client: Any, order: dict[str, Any]) -> dict[str, Any]:
    """Make one call."""
    name: str = order["operation"]
    timeout = order["timeout_ms"] / 1_000
    options = {"timeout": timeout, "retry_unknown": order["retry_unknown"]}
    question = {"session_id": order["session"], "email": order["email"], **options}
    chat, documents = client.chat, client.documents
    if name == "chat.ask":
        return answered(await got(chat.ask(order["message"], **question)))
    if name == "chat.send":
        return answered(await got(chat.send(order["message"], **question)))
    if name == "chat.submit":
        pending = await got(chat.submit(order["message"], **question))
        say(report="accepted", id=order["id"], token=pending.token)
        return answered(await got(pending.result(timeout)))
    if name == "chat.resume":
        return answered(await got(chat.resume(order["token"]).result(timeout)))
    if name == "chat.poll_once":
        outcome = await got(chat.poll_once(order["token"], **options))
        if outcome.answer is not None:
            return answered(outcome.answer)
        return failed(outcome.error) if outcome.error else {"result": "pending"}
    if name == "chat.feedback":
        rated = {"session_id": order["session"], "request_id": order["request_id"]}
        await got(chat.feedback(**rated, feedback="good", **options))
    elif name == "sessions.close":
        await got(client.sessions.close(order["session"], **options))
    elif name == "documents.create_text":
        content = {"title": order["title"], "content": order["message"]}
        await got(documents.create_text(**content, **options))
    elif name == "documents.upload":
        source = order["message"].encode()
        await got(documents.upload(source, file_name=order["title"], **options))
    else:
        await got(client.tenant.get(**options))
    return {"result": "answered"}
