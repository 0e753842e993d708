"""The uploads that a scenario describes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

#: Pieces of a stream are this large.
_PIECE = 16 * 1024


class _Reader:
    """A file that can be read once, and not be sought in."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int, /) -> bytes:
        piece, self._left = self._left[:size], self._left[size:]
        return piece


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), _PIECE):
        yield content[begin : begin + _PIECE]


def upload_arguments(arguments: dict[str, Any], is_async: bool) -> dict[str, Any]:
    """What to give to ``documents.upload``.

    The file at ``path`` is uploaded by its path, or as bytes, or as a stream that can be read once,
    with the length that is announced.
    """
    given = dict(arguments)
    path: str = given.pop("path")
    form: str = given.pop("as", "path")
    if form == "path":
        return {"source": path, **given}
    content = Path(path).read_bytes()
    if form == "bytes":
        return {"source": content, **given}
    if form == "stream":
        return {"source": _pieces(content) if is_async else _Reader(content), **given}
    raise ValueError(f"a file cannot be uploaded as {form}")
