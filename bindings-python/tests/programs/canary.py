"""Makes every call with planted words, and writes down all that can be seen of it from outside."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import io
import json
import logging
import pickle
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uppzy
from uppzy import AsyncUppzy, ChatRequest, RetryPolicy, SessionIds, Uppzy, UppzyError
from uppzy.testing import control, virtual_clock

if TYPE_CHECKING:
    from collections.abc import Callable

GIVEN: dict[str, Any] = json.loads(sys.argv[1])
PLANTS: dict[str, str] = GIVEN["plants"]
KEY, MESSAGE, ANSWER, EMAIL = (PLANTS[name] for name in ("key", "message", "answer", "email"))
TITLE, BEARER, HEADER = (PLANTS[name] for name in ("title", "bearer", "header"))
FEEDBACK: Any = {"session_id": "s-1", "request_id": "req_1", "feedback": "bad"}
PAIR = {"title": TITLE, "question": MESSAGE, "answer": ANSWER}
SEEN: list[tuple[str, str]] = []
KINDS: set[str] = set()
LOOP = asyncio.new_event_loop()


def note(place: str, *things: object) -> None:
    """Writes down how things look."""
    for thing in things:
        SEEN.append((place, thing if isinstance(thing, str) else f"{thing!r} {thing!s}"))


def note_error(place: str, error: UppzyError) -> None:
    """Writes down all forms of an error."""
    KINDS.add(error.kind)
    note(place, error, error.args, "".join(traceback.format_exception(error)))
    note(place, error.message, error.user_message, error.hint, repr(error.__dict__))
    note(place, json.dumps(error.to_json()), error.report(), error.queue_verdict())
    # What a job queue stores, and what another process makes of it.
    stored = pickle.dumps(error)
    note(place, stored.decode("latin-1"), stored.decode("utf-8", "replace"))
    note(place, pickle.loads(stored), copy.copy(error), copy.deepcopy(error))
    for name in dir(error):
        if not name.startswith("_"):
            note(f"{place}.{name}", getattr(error, name, None))
    if isinstance(error.cause, UppzyError):
        note_error(place, error.cause)


def call(place: str, make: Callable[[], Any]) -> Any:
    """Makes a call, blocking or not, and writes down how it ended."""
    try:
        value = make()
        if inspect.isawaitable(value):

            async def finish() -> Any:
                return await value

            value = LOOP.run_until_complete(finish())
    except UppzyError as error:
        note_error(place, error)
        logging.getLogger("canary").exception("the call failed")
        return None
    note(place, value)
    return value


def items(place: str, iterable: Any) -> list[Any]:
    """Collects what an iterator gives, blocking or not."""

    async def collect() -> list[Any]:
        return [item async for item in iterable]

    blocking = hasattr(iterable, "__iter__")
    found = list(iterable) if blocking else LOOP.run_until_complete(collect())
    for item in found:
        note(place, item)
        if isinstance(getattr(item, "error", None), UppzyError):
            note_error(place, item.error)
    return found


def everything(place: str, client: Any) -> None:
    """Every operation that carries something of a person, and some that do not."""
    who = {"session_id": "s-1", "email": EMAIL}
    file = Path("lamps.txt").absolute()
    file.write_text("All lamps hum.", encoding="utf-8")
    call(f"{place} send", lambda: client.chat.send(MESSAGE, **who))
    call(f"{place} ask", lambda: client.chat.ask(MESSAGE, **who, timeout=60))
    fallback = {**who, "fallback": ANSWER, "timeout": 60}
    call(f"{place} fallback", lambda: client.chat.ask_with_fallback(MESSAGE, **fallback))
    pending = call(f"{place} submit", lambda: client.chat.submit(MESSAGE, **who))
    if pending is not None:
        note(f"{place} token", pending.token)
        call(f"{place} status", pending.status)
        call(f"{place} poll", pending.poll_once)
        call(f"{place} poll", lambda: client.chat.poll_once(pending.token))
        items(f"{place} wait many", client.chat.wait_many([pending.token], timeout=20))
    questions = [ChatRequest(MESSAGE, **who), ChatRequest(MESSAGE, session_id="s-2")]
    note(place, questions)
    items(f"{place} ask many", client.chat.ask_many(questions, timeout=60))
    call(f"{place} status", lambda: client.chat.status("req_1"))
    call(f"{place} feedback", lambda: client.chat.feedback(**FEEDBACK))
    documents = client.documents
    call(f"{place} list", documents.list)
    call(f"{place} text", lambda: documents.create_text(title=TITLE, content=ANSWER))
    call(f"{place} qa", lambda: documents.create_qa(**PAIR))
    call(f"{place} update", lambda: documents.update("doc-1", {"title": TITLE, "content": ANSWER}))
    call(f"{place} file", lambda: documents.upload(file))
    call(f"{place} bytes", lambda: documents.upload(b"All lamps hum.", file_name="a.txt"))
    call(f"{place} reader", lambda: documents.upload(io.BytesIO(b"All hum."), file_name="a"))
    call(f"{place} person", lambda: client.site.user_statistics(EMAIL))
    call(f"{place} widget", lambda: client.site.update_widget_config({"footer": "Made of lamps"}))
    call(f"{place} sessions", lambda: client.sessions.list(email=EMAIL))
    call(f"{place} latest", lambda: client.sessions.latest_open(EMAIL))
    call(f"{place} close", lambda: client.sessions.close("s-9"))
    call(f"{place} limits", client.tenant.limits)
    file.unlink()
    families = (client.tenant, client.site, client.documents, client.chat, client.sessions)
    note(f"{place} client", client, *families)
    metrics = client.metrics()
    note(f"{place} metrics", metrics, repr(metrics.to_dict()), metrics.to_prometheus())


def refusals() -> None:
    """What is refused before anything is sent."""
    refused: list[dict[str, Any]] = [
        {"api_key": f"{KEY}\n"},
        {"api_key": f"{KEY}é"},
        {"api_key": KEY, "bearer_token": BEARER},
        {"api_key": KEY, "proxy": f"ht!tp://user:{KEY}@proxy:1"},
        {"api_key": KEY, "base_url": f"https://user:{KEY}@host.test/"},
        {"api_key": KEY, "headers": {"x-gateway": f"{HEADER}\n"}},
        {"environment": {"UPPZY_API_KEY": f"{KEY}\r"}},
    ]
    for number, options in enumerate(refused):
        call(f"refusal {number}", partial(Uppzy, **{"environment": {}, **options}))
    with Uppzy(api_key=KEY, environment={}) as client:
        call("refused key", lambda: client.set_api_key(f"{KEY}\n"))
        call("refused token", lambda: client.chat.resume(MESSAGE))
        call("refused token", lambda: client.chat.resume(f"v1.{KEY}"))
        call("refused file", lambda: client.for_site("s").documents.upload("/no/such/file"))
        client.close()
        call("closed", client.for_site("s").site.get)
    ids = SessionIds("SessionPlant1-Gh5Tf9Vc3")
    note("session ids", ids, ids.per_user(EMAIL))


def client_of(cls: type[Any], **options: Any) -> Any:
    """A client whose waits take no time, and which meets the server with every call."""
    return cls(
        environment={},
        clock=virtual_clock(1, silence=10),
        retry=RetryPolicy(max_attempts=2),
        **options,
    )


def close(client: Any) -> None:
    """Ends a client of either kind."""
    if isinstance(client, AsyncUppzy):
        LOOP.run_until_complete(client.__aexit__(None, None, None))
    else:
        client.close()


def with_sandbox(cls: type[Any]) -> None:
    """Calls that go well, and those that meet each fault."""
    url, options = GIVEN["control_url"], GIVEN["options"]
    client = client_of(cls, headers={"x-gateway": HEADER}, **options)
    events = client.events(10_000)
    call("prepare", lambda: client.documents.create_qa(**PAIR))
    answer = call("ask", lambda: client.chat.ask(MESSAGE, session_id="s-0", email=EMAIL))
    assert answer.text == ANSWER, "the planted answer has to come"
    everything("success", client)
    for effect in [
        {"reset": "after"},
        {"truncate": 60},
        {"garbage": True},
        {"redirect": f"https://elsewhere.test/?email={EMAIL}"},
        {"patch": {"request_id": None, "id": None, "status": None}},
        {"status": 500, "process": True},
        {"status": 503, "process": True, "headers": {"Retry-After": "90"}},
        {"status": 404, "process": True},
    ]:
        control(url, "PUT", "/rules", [{"effect": effect}])
        everything(json.dumps(effect), client)
    control(url, "DELETE", "/rules")
    failing = {"mode": "fail", "error": f"cannot answer {MESSAGE} for {EMAIL}"}
    control(url, "PUT", "/progression", failing)
    call("failed", lambda: client.chat.ask(MESSAGE, session_id="s-0", email=EMAIL))
    control(url, "PUT", "/progression", {"mode": "never"})
    call("never", lambda: client.chat.ask(MESSAGE, session_id="s-0", email=EMAIL, timeout=9))
    control(url, "POST", "/reset")
    control(url, "POST", "/keys", {"add": KEY})
    read = events.read()
    assert len(read) > 50, len(read)
    note("events", repr(read), json.dumps(read))
    close(client)


def with_echoes(cls: type[Any]) -> None:
    """A server that says back headers, path and body in every form, under every status."""
    scope = {"tenant_id": "t-1", "site_id": "s-1"}
    for status in (200, 400, 401, 429, 500):
        for form in GIVEN["forms"]:
            url = f"{GIVEN['echo_url']}/{form}/{status}"
            client = client_of(cls, api_key=KEY, base_url=url, **scope)
            everything(f"{form} {status}", client)
            close(client)
    gateway = {"bearer_token": BEARER, "headers": {"x-gateway": HEADER}}
    client = client_of(cls, base_url=f"{GIVEN['echo_url']}/text/500", **gateway, **scope)
    everything("gateway", client)
    close(client)


def never_retrieved() -> None:
    """A task whose error nobody looks at is logged by asyncio itself."""
    client = AsyncUppzy(environment={}, api_key=KEY, base_url=f"{GIVEN['echo_url']}/text/400")

    async def forget() -> None:
        chat = client.for_site("s").chat
        task = asyncio.ensure_future(chat.send(MESSAGE, session_id="s", email=EMAIL))
        while not task.done():
            await asyncio.sleep(0.01)

    LOOP.run_until_complete(forget())
    gc.collect()
    close(client)


def main() -> None:
    """Does all of it, writes it down, and ends with an error that nobody catches."""
    logging.basicConfig(level=1)
    uppzy.enable_logging(1)
    refusals()
    for cls in (Uppzy, AsyncUppzy):
        with_sandbox(cls)
        with_echoes(cls)
    never_retrieved()
    uppzy.disable_logging()
    LOOP.close()
    with Path(GIVEN["seen"]).open("w", encoding="utf-8") as file:
        json.dump({"seen": SEEN, "kinds": sorted(KINDS)}, file)
    scope: dict[str, Any] = {"site_id": "s", "base_url": f"{GIVEN['echo_url']}/text/400"}
    with Uppzy(environment={}, api_key=KEY, **scope) as client:
        client.chat.send(MESSAGE, session_id="s", email=EMAIL)


main()
