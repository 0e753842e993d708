"""Reads what is uploaded, piece by piece, without holding up the event loop."""

from __future__ import annotations

import asyncio
import inspect

from uppzy import _pieces
from uppzy._sources import PIECE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


async def next_piece(source: Any) -> bytes | None:
    """Gives the next piece of a file or an iterator, asynchronous or not; None at the end."""
    if hasattr(source, "__anext__"):
        async for piece in source:
            if piece:
                found: bytes = piece
                return found
        return None
    if inspect.iscoroutinefunction(getattr(source, "read", None)):
        read: bytes = await source.read(PIECE)
        return read or None
    return await asyncio.to_thread(_pieces.next_piece, source)
