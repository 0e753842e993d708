"""Who a request is from, and what that user may touch."""

from __future__ import annotations

import functools
import math
import os
import time

from itsdangerous import BadSignature, Signer, TimestampSigner
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import JSONResponse
from uppzy import SessionIds

TOKEN_LIFETIME = 3600
"""How long a login holds, in seconds."""

# In the memory of one process. With several, give them one store: `limits` has one for Redis.
_limiter = MovingWindowRateLimiter(MemoryStorage())


class RequestRefusedError(Exception):
    """An answer other than success, in the form of the API's own."""

    def __init__(
        self, status: int, code: str, message: str, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        """What the app gets."""
        headers = (
            {} if self.retry_after is None else {"Retry-After": str(math.ceil(self.retry_after))}
        )
        error = {"code": self.code, "message": str(self)}
        return JSONResponse({"error": error}, self.status, headers)


class User:
    """Somebody who has logged in, and what belongs to him."""

    def __init__(self, name: str) -> None:
        self._name = name
        # Session ids end up in logs: a keyed hash stands for the user.
        self._sessions = SessionIds(_secret()).per_user(name)
        self._requests = Signer(_secret(), salt=f"requests of {name}", sep=".")

    def login(self) -> dict[str, str]:
        """What the app has to know."""
        return {
            "token": _tokens().sign(self._name).decode(),
            "site_id": os.environ["UPPZY_SITE_ID"],
            "session_prefix": self._sessions,
        }

    def own_session(self, session_id: str) -> str:
        """The session, if it is one of this user's: the prefix, or more after a dash."""
        if session_id == self._sessions or session_id.startswith(f"{self._sessions}-"):
            return session_id
        raise RequestRefusedError(
            403,
            "foreign_session",
            "session_id has to begin with the session_prefix that came with the token",
        )

    def shown(self, request_id: str) -> str:
        """The id of a question as this user gets to see it: signed, so it opens for nobody else."""
        return self._requests.sign(request_id).decode()

    def own_request(self, shown: str) -> str:
        """The id of the question, if this user asked it. Others learn not even that it exists."""
        try:
            return self._requests.unsign(shown).decode()
        except BadSignature:
            raise RequestRefusedError(404, "not_found", "request not found") from None

    def may_ask(self) -> None:
        """Counts a question, and refuses one too many."""
        limit = parse(os.environ.get("QUESTIONS_PER_USER", "20/minute"))
        if not _limiter.hit(limit, self._name):
            reset, _ = _limiter.get_window_stats(limit, self._name)
            wait = max(1.0, reset - time.time())
            raise RequestRefusedError(429, "rate_limited", "too many questions at once", wait)


def user_of_login(name: str) -> User:
    """Where your own login comes in: here, everybody is who he says he is."""
    return User(name)


def user_of_request(authorization: str) -> User:
    """The user whose token a request carries."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise RequestRefusedError(401, "no_token", "send the token as 'Authorization: Bearer ...'")
    try:
        return User(_tokens().unsign(token, max_age=TOKEN_LIFETIME).decode())
    except (BadSignature, UnicodeError):
        raise RequestRefusedError(
            401, "invalid_token", "the token is not valid any more: log in"
        ) from None


@functools.cache
def _secret() -> str:
    """What all signatures are made with: random, and the same in all processes."""
    return os.environ["GATEWAY_SECRET"]


@functools.cache
def _tokens() -> TimestampSigner:
    return TimestampSigner(_secret(), salt="logins", sep=".")
