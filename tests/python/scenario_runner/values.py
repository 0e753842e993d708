"""What a value is in JSON."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Whether it is a list."""
    return isinstance(value, list)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether it is an object."""
    return isinstance(value, dict)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether it is a number; in JSON true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(first: Any, second: Any) -> bool:
    """Whether two values are the same in JSON; numbers are equal by value."""
    if is_number(first) and is_number(second):
        return first == second
    if type(first) is not type(second):
        return False
    if is_object(first):
        return first.keys() == second.keys() and all(
            same(value, second[name]) for name, value in first.items()
        )
    if is_list(first):
        pairs = zip(first, second, strict=False)
        return len(first) == len(second) and all(same(item, other) for item, other in pairs)
    return bool(first == second)
