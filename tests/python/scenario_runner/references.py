"""References to earlier results: a text such as ``$first.request_id`` stands for a saved value."""

from __future__ import annotations

from typing import Any

from scenario_runner.values import is_list, is_object


def resolve(value: Any, saved: dict[str, Any]) -> Any:
    """The value with every reference in it replaced."""
    if isinstance(value, str):
        return _find(value, saved) if value.startswith("$") else value
    if is_list(value):
        return [resolve(item, saved) for item in value]
    if is_object(value):
        return {name: resolve(item, saved) for name, item in value.items()}
    return value


def _find(reference: str, saved: dict[str, Any]) -> Any:
    found: Any = saved
    for name in reference[1:].split("."):
        # A number in a path is a position in a list.
        try:
            found = found[int(name)] if is_list(found) else found[name]
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"nothing is at {reference}") from None
    return found
