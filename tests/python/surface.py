"""Writes what each of the package's clients has, in the form in which the languages are compared.

``python surface.py FOLDER`` writes ``python-sync.json`` and ``python-async.json``; see
``tests/parity``.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import uppzy
from uppzy import errors

Described = dict[str, Any]

CLIENTS: dict[str, tuple[type[Any], type[Any]]] = {
    "python-sync": (uppzy.Uppzy, uppzy.PendingAnswer),
    "python-async": (uppzy.AsyncUppzy, uppzy.AsyncPendingAnswer),
}
SETTINGS = {"retry": uppzy.RetryPolicy, "poll": uppzy.PollSchedule}


def arguments(call: Callable[..., Any]) -> Described:
    """The arguments of a call, but for the object that it is made on."""
    found: Described = {}
    for name, parameter in inspect.signature(call).parameters.items():
        if name == "self":
            continue
        needed = parameter.default is inspect.Parameter.empty
        default = None if needed else parameter.default
        found[name] = {"needed": needed, "default": default}
    return found


def public(cls: type[Any]) -> dict[str, Any]:
    """Its public members."""
    names = [name for name in dir(cls) if not name.startswith("_")]
    return {name: inspect.getattr_static(cls, name) for name in names}


def calls(name: str, cls: type[Any]) -> Described:
    """The calls of a class; what is read is a call without arguments."""
    found: Described = {}
    for member, value in public(cls).items():
        method = getattr(cls, member)
        found[f"{name}.{member}"] = arguments(method) if callable(method) else {}
        if isinstance(value, staticmethod):
            del found[f"{name}.{member}"]
    return found


def families(client: type[Any]) -> dict[str, type[Any]]:
    """The handles that hang on a client."""
    made = client(api_key="key-for-a-surface", tenant_id="t", site_id="s", environment={})
    found: dict[str, type[Any]] = {}
    for name, value in public(client).items():
        if isinstance(value, property):
            handle: type[Any] = type(cast("object", getattr(made, name)))
            if handle.__module__.partition(".")[0] == "uppzy":
                found[name] = handle
    return found


def values(settings: object) -> Described:
    """The values of a schedule or policy."""
    names = [name for name in public(type(settings)) if not callable(getattr(settings, name))]
    return {name: {"needed": False, "default": getattr(settings, name)} for name in names}


def classes() -> Described:
    """The class of every kind, and the one above it."""
    found: Described = {}
    for kind, cls in errors.CLASSES.items():
        above = [base for base in cls.__mro__[1:] if issubclass(base, uppzy.UppzyError)]
        found[kind] = {"name": cls.__name__, "parent": above[0].__name__}
    return found


def fields(cls: type[Any]) -> list[str]:
    """What an object of the class has."""
    declared = cast("dict[str, Any]", vars(cls).get("__annotations__", {}))
    own = {*declared, *public(cls)} - set(dir(Exception))
    return sorted(name for name in own if not name.startswith("_"))


def surface(client: type[Any], pending: type[Any]) -> Described:
    """All that a client has."""
    made = calls("client", client)
    handles = families(client)
    for name, handle in handles.items():
        del made[f"client.{name}"]
        made.update(calls(name, handle))
    made.update(calls("pending", pending))
    made.update(calls("session_ids", uppzy.SessionIds))
    settings = {name: arguments(cls) for name, cls in SETTINGS.items()}
    settings["client"] = arguments(client)
    settings["worker"] = values(uppzy.PollSchedule.worker())
    return {
        "calls": made,
        "settings": settings,
        "classes": classes(),
        "fields": {
            "error": fields(uppzy.UppzyError),
            "attempt": fields(uppzy.AttemptRecord),
        },
    }


def main() -> None:
    """Writes both."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (client, pending) in CLIENTS.items():
        text = json.dumps(surface(client, pending), indent=2, sort_keys=True)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
