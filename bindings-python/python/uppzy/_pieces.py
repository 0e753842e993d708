"""Reads what is uploaded, piece by piece, on the caller's thread."""

from __future__ import annotations

from uppzy._sources import PIECE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def next_piece(source: Any) -> bytes | None:
    """Gives the next piece of a file or an iterator; None at the end."""
    if hasattr(source, "read"):
        return source.read(PIECE) or None
    # An empty piece is none at all, and not the end.
    return next((piece for piece in source if piece), None)
