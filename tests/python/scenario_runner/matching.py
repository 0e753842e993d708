"""Compares what came with what a scenario expects."""

from __future__ import annotations

import json
from typing import Any, Final

from scenario_runner.values import is_list, is_number, is_object, same


class _Nothing:
    """Stands for a field that is not there."""


NOTHING: Final = _Nothing()
_LONGEST_SHOWN = 700


def mismatches(expected: Any, actual: Any) -> list[str]:
    """Where ``actual`` is not as expected, a line for each place.

    An object must hold the named fields, a list must be as long and hold the same, and a number
    equals one of the same value. An object with a single field that begins with ``$`` is a check.
    """
    found: list[str] = []
    _compare("", expected, actual, found)
    return found


def _compare(path: str, expected: Any, actual: Any, found: list[str]) -> None:
    place = path.lstrip(".") or "value"
    if is_object(expected):
        if len(expected) == 1 and next(iter(expected)).startswith("$"):
            ((check, argument),) = expected.items()
            if not _holds(check[1:], argument, actual):
                found.append(f"{place}: {check} {short(argument)} fails for {short(actual)}")
            return
        if is_object(actual):
            for name, value in expected.items():
                _compare(f"{path}.{name}", value, actual.get(name, NOTHING), found)
            return
    elif is_list(actual):
        if is_list(expected):
            if len(expected) != len(actual):
                found.append(_wrong_length(place, len(expected), actual))
            for index, (value, item) in enumerate(zip(expected, actual, strict=False)):
                _compare(f"{path}[{index}]", value, item, found)
            return
        # A list is often only counted, such as the attempts of a call.
        if is_number(expected):
            if expected != len(actual):
                found.append(_wrong_length(place, expected, actual))
            return
    if not same(expected, actual):
        found.append(f"{place}: expected {short(expected)}, found {short(actual)}")


def _wrong_length(place: str, expected: Any, items: list[Any]) -> str:
    return f"{place}: expected {expected} items, found {len(items)}: {short(items)}"


def _holds(check: str, argument: Any, actual: Any) -> bool:
    text = actual if isinstance(actual, str) else short(actual, None)
    if check == "contains":
        return isinstance(argument, str) and argument in text
    if check == "excludes":
        return actual is not NOTHING and isinstance(argument, str) and argument not in text
    if check == "between":
        low, high = argument
        return is_number(actual) and low <= actual <= high
    if check == "present":
        return (actual is not None and actual is not NOTHING) == (argument is True)
    if check == "length":
        sized = isinstance(actual, str) or is_list(actual) or is_object(actual)
        return sized and len(actual) == argument
    if check == "exactly":
        # Fields that a subset would let pass.
        return same(argument, actual)
    raise ValueError(f"there is no check ${check}")


def short(value: Any, longest: int | None = _LONGEST_SHOWN) -> str:
    """The value as JSON, cut where it is longer than anybody wants to read."""
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if longest is None or len(text) <= longest else text[:longest] + "…"
