"""A gateway between your app and the assistant: it holds the API key, so that the app need not.

Whoever has an app can read what is in it, so an API key in an app is a public key. The app logs in
with you instead, gets a token of yours, and its client sends that token here. This program checks
the token, lets a user into that user's own conversations only, limits how often a user may ask, and
makes the call with the key:

    uvicorn gateway:app
    python gateway.py u-17      # what the login of your service would hand to the app of user u-17

It serves just what an app needs of the API, at the same paths: a question with ``ask`` or
``submit``, the answer to it, its rating, and the end of a conversation. It keeps nothing, so any
number of processes can serve the same users, and a restart loses no answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from uppzy import AsyncUppzy, RetryPolicy, UppzyError

from access import RequestRefusedError, User, user_of_login, user_of_request

BASE = "/api/v1/m2m/sites/{site}/chat"
LARGEST_BODY = 64 * 1024
# Faults of what the app has sent, which it may see. All others are the gateway's own affair.
FAULTS_OF_THE_APP = {"bad_request", "invalid_input", "not_found", "conflict", "unprocessable"}


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    """One client for all users. The app's client repeats by itself, so this one does not."""
    async with AsyncUppzy(retry=RetryPolicy(max_attempts=1)) as client:
        app.state.client = client
        yield


async def submit(request: Request, user: User, client: AsyncUppzy) -> dict[str, Any]:
    """Takes a question of the user's."""
    body = await fields(request, "session_id", "message")
    session_id = user.own_session(body["session_id"])
    user.may_ask()
    pending = await client.chat.submit(
        body["message"],
        session_id=session_id,
        response_language=body.get("response_language"),
    )
    return {
        "request_id": user.shown(pending.request_id),
        "session_id": pending.session_id,
        "status": "pending",
    }


async def status(request: Request, user: User, client: AsyncUppzy) -> dict[str, Any]:
    """Looks at the answer to a question that this user has asked."""
    shown: str = request.path_params["request_id"]
    found = await client.chat.status(user.own_request(shown))
    return {**json.loads(found.raw), "request_id": shown}


async def feedback(request: Request, user: User, client: AsyncUppzy) -> dict[str, Any]:
    """Rates an answer that this user has got."""
    body = await fields(request, "session_id", "request_id", "feedback")
    receipt = await client.chat.feedback(
        session_id=user.own_session(body["session_id"]),
        request_id=user.own_request(body["request_id"]),
        # Anything but good and bad is refused there.
        feedback=cast(Any, body["feedback"]),
    )
    return {**json.loads(receipt.raw), "request_id": body["request_id"]}


async def close(request: Request, user: User, client: AsyncUppzy) -> dict[str, Any]:
    """Ends a conversation of the user's."""
    body = await fields(request, "session_id")
    await client.sessions.close(user.own_session(body["session_id"]))
    return {"status": "ok"}


async def fields(request: Request, *required: str) -> dict[str, str]:
    """The body, with those fields in it; only texts are let through."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise RequestRefusedError(413, "too_large", f"a body has at most {LARGEST_BODY} bytes")
    try:
        found: dict[str, Any] = dict(json.loads(body))
    except (TypeError, ValueError):
        found = {}
    kept = {name: value for name, value in found.items() if isinstance(value, str)}
    for name in required:
        if not kept.get(name):
            raise RequestRefusedError(400, "bad_request", f"{name} is required, as a text")
    return kept


Handler = Callable[[Request, User, AsyncUppzy], Awaitable[dict[str, Any]]]


def served(handler: Handler) -> Callable[[Request], Awaitable[JSONResponse]]:
    """Nobody gets to a handler without a token, or to another site."""

    async def answer(request: Request) -> JSONResponse:
        user = user_of_request(request.headers.get("Authorization", ""))
        if request.path_params["site"] != os.environ["UPPZY_SITE_ID"]:
            raise RequestRefusedError(403, "foreign_site", "this gateway serves one site only")
        return JSONResponse(await handler(request, user, request.app.state.client))

    return answer


async def refused(request: Request, error: Exception) -> JSONResponse:
    """Answers as the API does, so that the app's client knows what to do next."""
    if isinstance(error, RequestRefusedError):
        return error.response()
    assert isinstance(error, UppzyError)
    if error.kind in FAULTS_OF_THE_APP:
        status = error.http_status or 400
    elif error.kind == "rate_limit":
        status = 429
    else:
        # 503: nothing happened, ask again. 502: it may have happened.
        status = 503 if error.outcome in ("not_sent", "rejected") else 502
    if status >= 500:
        # The log of the gateway is the place for the whole of it.
        print(error.to_json(), file=sys.stderr, flush=True)
    response = RequestRefusedError(status, error.kind, error.user_message, error.retry_after)
    return response.response()


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route(f"{BASE}/async", served(submit), methods=["POST"]),
        Route(f"{BASE}/requests/{{request_id}}", served(status)),
        Route(f"{BASE}/feedback", served(feedback), methods=["POST"]),
        Route(f"{BASE}/session/close", served(close), methods=["POST"]),
    ],
    exception_handlers={RequestRefusedError: refused, UppzyError: refused},
)


if __name__ == "__main__":
    print(json.dumps(user_of_login(sys.argv[1]).login(), indent=2))
