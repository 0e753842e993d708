"""The asynchronous client. What is public of it is in :mod:`uppzy` too."""

from __future__ import annotations

from uppzy.aio._iterators import AskMany, EventStream, States, WaitMany
from uppzy.aio.chat import AsyncPendingAnswer, Chat
from uppzy.aio.client import AsyncUppzy
from uppzy.aio.documents import Documents
from uppzy.aio.families import Sessions, Site, Tenant

__all__ = [
    "AskMany",
    "AsyncPendingAnswer",
    "AsyncUppzy",
    "Chat",
    "Documents",
    "EventStream",
    "Sessions",
    "Site",
    "States",
    "Tenant",
    "WaitMany",
]
