"""Brings results to a form that is the same in every run and every language."""

from __future__ import annotations

import re
from typing import Any

from scenario_runner.values import is_list, is_object

#: Fields whose values differ from run to run.
VOLATILE = frozenset(
    {
        "closed_at",
        "completion",
        "created_at",
        "delay",
        "delay_before_next",
        "duration",
        "elapsed",
        "feedback_submitted_at",
        "first_seen",
        "http_request_id",
        "last_seen",
        "latency",
        "next_in",
        "report",
        "resume_token",
        "retry_in",
        "started_after",
        "submitted_at",
        "token",
        "updated_at",
    }
)
_PLACEHOLDER = "<volatile>"
#: How every resume token begins.
_TOKEN_PREFIX = "v1."
#: Ids of the sandbox: a prefix and this many hex digits.
_ID = re.compile(r"(req_|doc_)[0-9a-fA-F]{32}(?![0-9a-fA-F])")


class Placeholders:
    """Values of one run, and what stands in their place."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        """Longer values come first, so that one that holds another is replaced as a whole."""
        self._pairs = sorted(((value, name) for value, name in pairs if value), key=_length)

    def apply(self, value: Any) -> Any:
        """The value with everything replaced that differs from run to run."""
        if isinstance(value, str):
            return self._apply_to_text(value)
        if is_list(value):
            return [self.apply(item) for item in value]
        if is_object(value):
            replaced: dict[str, Any] = {}
            for name, item in value.items():
                is_volatile = name in VOLATILE and item is not None
                replaced[self._apply_to_text(name)] = (
                    _PLACEHOLDER if is_volatile else self.apply(item)
                )
            return replaced
        return value

    def _apply_to_text(self, text: str) -> str:
        if text.startswith(_TOKEN_PREFIX):
            return _PLACEHOLDER
        for value, placeholder in self._pairs:
            text = text.replace(value, placeholder)
        return _ID.sub(r"\1<id>", text)


def _length(pair: tuple[str, str]) -> int:
    return -len(pair[0])
