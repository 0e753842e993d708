"""What is uploaded, in the form that the native layer takes."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Files are read in pieces of so many bytes.
PIECE = 256 * 1024


def described(
    source: Any, length: int | None, file_name: str | None
) -> tuple[str, Any, int | None, str | None]:
    """Gives the kind of the source, its content, its length and its name, as far as known."""
    content: Any = source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return "bytes", content, None, file_name
    if isinstance(source, (str, os.PathLike)):
        return "path", content, None, file_name
    if hasattr(source, "read"):
        length = _length(source) if length is None else length
        return "pieces", None, length, file_name or _name(source)
    if hasattr(source, "__next__") or hasattr(source, "__anext__"):
        return "pieces", None, length, file_name
    kind = type(source).__name__
    raise TypeError(
        f"cannot upload {kind}: pass a path, bytes, a file opened in binary mode, or an iterator "
        "of bytes"
    )


def _name(file: Any) -> str | None:
    name = getattr(file, "name", None)
    return os.path.basename(name) if isinstance(name, str) else None  # noqa: PTH119


def _length(file: Any) -> int | None:
    """How much is left to read, for files that can tell."""
    try:
        here = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(here)
    except (AttributeError, OSError, ValueError):
        return None
    return end - here if isinstance(here, int) and isinstance(end, int) else None
