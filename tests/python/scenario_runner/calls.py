"""The calls that a scenario can name.

They are written once, for both clients: what a method of ``AsyncUppzy`` gives is awaited, and what
one of ``Uppzy`` gives is there. A call of ``Uppzy`` therefore never suspends.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import uppzy

from scenario_runner.forms import (
    asked_fields,
    pending_fields,
    plain,
    poll_fields,
    waited_fields,
)
from scenario_runner.uploads import upload_arguments

Fields = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What a call gave."""

    #: As plain data.
    value: Any
    #: What later steps can make calls on.
    native: Any = None


async def make_call(on: Any, name: str, arguments: Fields, options: Fields) -> Made:
    """Makes the call of that name on a client, a pending answer or a queue of events."""
    family, method = name.split(".")
    if family == "session_ids":
        return _session_id(method, dict(arguments))
    if name in _SPECIAL:
        return await _SPECIAL[name](on, arguments, options)
    if family in ("client", "events", "pending"):
        raise ValueError(f"there is no call {name}")
    return Made(plain(await done(getattr(getattr(on, family), method)(**arguments, **options))))


async def done(value: Any) -> Any:
    """What a method gives, awaited where it has to be."""
    return await value if inspect.iscoroutine(value) else value


async def collected(results: Any) -> list[Any]:
    """All that an iterator gives."""
    if hasattr(results, "__aiter__"):
        return [result async for result in results]
    return list(results)


def _session_id(method: str, arguments: Fields) -> Made:
    ids = uppzy.SessionIds(arguments.pop("secret"))
    return Made(getattr(ids, method)(**arguments))


def _question(fields: Fields) -> Fields:
    """A question without an id or a text is for the client to refuse."""
    return {"session_id": "", "message": "", **fields}


def _asking(method: str) -> Callable[[Any, Fields, Fields], Awaitable[Made]]:
    async def ask(on: Any, arguments: Fields, options: Fields) -> Made:
        asked = getattr(on.chat, method)(**_question(arguments), **options)
        return Made(plain(await done(asked)))

    return ask


async def _submit(on: Any, arguments: Fields, options: Fields) -> Made:
    pending = await done(on.chat.submit(**_question(arguments), **options))
    return Made(pending_fields(pending), pending)


async def _resume(on: Any, arguments: Fields, options: Fields) -> Made:
    pending = await done(on.chat.resume(**arguments, **options))
    return Made(pending_fields(pending), pending)


async def _poll_once(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(poll_fields(await done(on.chat.poll_once(**arguments, **options))))


async def _ask_many(on: Any, arguments: Fields, options: Fields) -> Made:
    given = dict(arguments)
    questions = [uppzy.ChatRequest(**_question(fields)) for fields in given.pop("questions")]
    progress: list[uppzy.AskProgress] = []
    asked = on.chat.ask_many(questions, on_progress=progress.append, **given, **options)
    return Made(asked_fields(await collected(asked), progress))


async def _wait_many(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(waited_fields(await collected(on.chat.wait_many(**arguments, **options))))


async def _upload(on: Any, arguments: Fields, options: Fields) -> Made:
    is_async = isinstance(on, uppzy.AsyncUppzy)
    given = upload_arguments(arguments, is_async)
    return Made(plain(await done(on.documents.upload(**given, **options))))


async def _pending_result(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(plain(await done(on.result(**arguments, **options))))


async def _pending_status(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(plain(await done(on.status(**arguments, **options))))


async def _pending_poll_once(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(poll_fields(await done(on.poll_once(**arguments, **options))))


async def _pending_states(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made([state.status for state in await collected(on)])


async def _pending_token(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(on.token)


def _of_client(method: str) -> Callable[[Any, Fields, Fields], Awaitable[Made]]:
    async def change(on: Any, arguments: Fields, options: Fields) -> Made:
        await done(getattr(on, method)(**arguments))
        return Made(None)

    return change


def _scoped(method: str) -> Callable[[Any, Fields, Fields], Awaitable[Made]]:
    async def scope(on: Any, arguments: Fields, options: Fields) -> Made:
        return Made(None, getattr(on, method)(**arguments))

    return scope


async def _metrics(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(plain(on.metrics()))


async def _prometheus(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(on.metrics().to_prometheus())


async def _debug(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(repr(on))


async def _events(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made(None, on.events(**arguments))


async def _read_events(on: Any, arguments: Fields, options: Fields) -> Made:
    return Made({"events": on.read(), "dropped": on.dropped})


#: Calls that are more than a method of a family whose result is a model.
_SPECIAL: dict[str, Callable[[Any, Fields, Fields], Awaitable[Made]]] = {
    "chat.ask": _asking("ask"),
    "chat.ask_many": _ask_many,
    "chat.ask_with_fallback": _asking("ask_with_fallback"),
    "chat.poll_once": _poll_once,
    "chat.resume": _resume,
    "chat.send": _asking("send"),
    "chat.submit": _submit,
    "chat.wait_many": _wait_many,
    "client.close": _of_client("close"),
    "client.debug": _debug,
    "client.events": _events,
    "client.for_site": _scoped("for_site"),
    "client.for_tenant": _scoped("for_tenant"),
    "client.metrics": _metrics,
    "client.prometheus": _prometheus,
    "client.set_api_key": _of_client("set_api_key"),
    "client.set_bearer_token": _of_client("set_bearer_token"),
    "documents.upload": _upload,
    "events.read": _read_events,
    "pending.poll_once": _pending_poll_once,
    "pending.result": _pending_result,
    "pending.states": _pending_states,
    "pending.status": _pending_status,
    "pending.token": _pending_token,
}
