"""Makes calls on the caller's thread."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from uppzy._native import Call

    Result = TypeVar("Result")


def waited(call: Call[Result]) -> Result:
    """Makes the call and waits for its result."""
    return call.wait()
