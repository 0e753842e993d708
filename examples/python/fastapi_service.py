"""A web service that asks the assistant, and stops asking when the visitor leaves.

uvicorn fastapi_service:app

curl --json '{"user": "u-17", "question": "How do I return a lamp?"}' http://127.0.0.1:8000/ask
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from pydantic import BaseModel
from uppzy import AsyncUppzy, SessionIds, UppzyError

PATIENCE = float(os.environ.get("PATIENCE_SECONDS", "60"))
Result = TypeVar("Result")


class Question(BaseModel):
    """What a visitor sends."""

    user: str
    question: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """One client for the service: all visitors share its connections and its limits."""
    async with AsyncUppzy() as client:
        app.state.client = client
        # Session ids end up in logs: a keyed hash stands for the user.
        app.state.session_ids = SessionIds(os.environ["SESSION_SECRET"])
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/ask")
async def ask(question: Question, request: Request) -> dict[str, str | None]:
    """Answers a visitor."""
    client: AsyncUppzy = request.app.state.client
    session_id = request.app.state.session_ids.per_user(question.user)
    asking = client.chat.ask(question.question, session_id=session_id, timeout=PATIENCE)
    answer = await while_connected(request, asking)
    return {"answer": answer.text, "confidence": answer.confidence_level}


@app.get("/metrics")
async def metrics(request: Request) -> PlainTextResponse:
    """Tells Prometheus how the calls went."""
    client: AsyncUppzy = request.app.state.client
    return PlainTextResponse(client.metrics().to_prometheus())


@app.exception_handler(UppzyError)
async def failed(request: Request, error: UppzyError) -> JSONResponse:
    """Tells the visitor what may be shown to him. The rest belongs in the log."""
    headers = {"Retry-After": f"{error.retry_after:.0f}"} if error.retry_after else None
    return JSONResponse({"error": error.user_message}, status_code=503, headers=headers)


async def while_connected(request: Request, call: Coroutine[Any, Any, Result]) -> Result:
    """Makes the call, and cancels it when the visitor goes away."""
    calling = asyncio.create_task(call)
    leaving = asyncio.create_task(disconnected(request))
    try:
        await asyncio.wait({calling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not calling.done():
            raise HTTPException(499, "the visitor has left")  # nobody reads it
        return await calling
    finally:
        calling.cancel()
        leaving.cancel()


async def disconnected(request: Request) -> None:
    """Waits until the visitor has gone. The body was read, so nothing else can come."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
