"""The files of a scenario, in a folder of its own that goes when the scenario ends."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any


def write_files(folder: Path, files: dict[str, Any], saved: dict[str, Any]) -> None:
    """Makes the files, and notes under each one's name where it is."""
    for name, file in files.items():
        path = folder / file["name"]
        path.write_bytes(_content(file))
        saved[name] = {"path": str(path)}


def _content(file: dict[str, Any]) -> bytes:
    given = set(file) - {"name"}
    if given == {"text"}:
        text: str = file["text"]
        return text.encode()
    if given == {"base64"}:
        return base64.b64decode(file["base64"], validate=True)
    if given == {"size"}:
        size: int = file["size"]
        return b"x" * size
    raise ValueError(f"{file['name']}: give one of text, base64 and size")
