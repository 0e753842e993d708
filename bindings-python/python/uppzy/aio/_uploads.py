"""Runs an upload: does what the native layer asks for until it is done."""

from __future__ import annotations

from uppzy.aio._pieces import next_piece
from uppzy.aio._start import started
from uppzy.errors import FileReadError
from uppzy.results import UploadProgress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from uppzy._native import Document, Upload
    from uppzy._types import OnUploadProgress


async def uploaded(upload: Upload, source: Any, on_progress: OnUploadProgress | None) -> Document:
    """Hands over the pieces that are wanted, tells of the progress, and gives the document."""
    fault: Exception | None = None
    try:
        while True:
            step = await started(upload.step())
            if step is True:
                try:
                    piece = await next_piece(source)
                    if piece is None:
                        upload.end()
                    else:
                        upload.give(piece)
                except Exception as error:
                    fault = error
                    upload.fail(f"{type(error).__name__}: {error}")
            elif isinstance(step, tuple):
                if on_progress is not None:
                    on_progress(UploadProgress(*step))
            else:
                return step
    except FileReadError as error:
        # The source's own exception says more than that it could not be read.
        raise error from (fault or error.__cause__)
    finally:
        upload.close()
