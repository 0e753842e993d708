"""Both clients have the same surface, and it holds every operation."""

from __future__ import annotations

import asyncio
import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import uppzy
from uppzy import _iterators, _native, aio, chat, documents, families
from uppzy.aio import _iterators as aio_iterators
from uppzy.aio import chat as aio_chat
from uppzy.aio import documents as aio_documents
from uppzy.aio import families as aio_families

PAIRS: list[tuple[type[Any], type[Any]]] = [
    (uppzy.Uppzy, uppzy.AsyncUppzy),
    (uppzy.PendingAnswer, uppzy.AsyncPendingAnswer),
    (chat.Chat, aio_chat.Chat),
    (documents.Documents, aio_documents.Documents),
    (families.Sessions, aio_families.Sessions),
    (families.Site, aio_families.Site),
    (families.Tenant, aio_families.Tenant),
    (_iterators.AskMany, aio_iterators.AskMany),
    (_iterators.EventStream, aio_iterators.EventStream),
    (_iterators.States, aio_iterators.States),
    (_iterators.WaitMany, aio_iterators.WaitMany),
]
FAMILIES = {
    "chat": aio_chat.Chat,
    "documents": aio_documents.Documents,
    "sessions": aio_families.Sessions,
    "site": aio_families.Site,
    "tenant": aio_families.Tenant,
}
#: Methods that send nothing by themselves.
IMMEDIATE = {
    "ask_many",
    "close",
    "events",
    "for_site",
    "for_tenant",
    "metrics",
    "read",
    "resume",
    "set_api_key",
    "set_bearer_token",
    "wait_many",
}


def public(cls: type[Any]) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(cls) if not name.startswith("_")}


def callables(cls: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: value for name, value in public(cls).items() if inspect.isfunction(value)
    }
    return {**found, "__init__": cls.__init__}


@pytest.mark.parametrize(("blocking", "asynchronous"), PAIRS)
def test_names_are_the_same(blocking: type[Any], asynchronous: type[Any]) -> None:
    assert sorted(public(blocking)) == sorted(public(asynchronous))


@pytest.mark.parametrize(("blocking", "asynchronous"), PAIRS)
def test_parameters_and_defaults_are_the_same(blocking: type[Any], asynchronous: type[Any]) -> None:
    others = callables(asynchronous)
    for name, method in callables(blocking).items():
        ours = inspect.signature(method).parameters
        theirs = inspect.signature(others[name]).parameters
        assert list(ours) == list(theirs), name
        for parameter in ours.values():
            other = theirs[parameter.name]
            assert (parameter.kind, parameter.default) == (other.kind, other.default), name


@pytest.mark.parametrize(("blocking", "asynchronous"), PAIRS)
def test_docstrings_are_there_and_the_same(blocking: type[Any], asynchronous: type[Any]) -> None:
    assert blocking.__doc__
    assert blocking.__doc__ == asynchronous.__doc__
    others = public(asynchronous)
    for name, value in public(blocking).items():
        assert inspect.getdoc(value), f"{blocking.__name__}.{name}"
        assert inspect.getdoc(value) == inspect.getdoc(others[name])


@pytest.mark.parametrize("asynchronous", [pair[1] for pair in PAIRS])
def test_asynchronous_methods_are_coroutine_functions(asynchronous: type[Any]) -> None:
    for name, method in callables(asynchronous).items():
        if name.startswith("_"):
            continue
        is_immediate = name in IMMEDIATE and asynchronous is not aio_families.Sessions
        is_immediate = is_immediate or (name in IMMEDIATE - {"close"})
        assert inspect.iscoroutinefunction(method) != is_immediate, name


def test_every_operation_has_a_method_with_a_timeout() -> None:
    names = _native.operation_names()
    assert len(names) > 20
    for name in names:
        family, method = name.split(".")
        parameters = inspect.signature(getattr(FAMILIES[family], method)).parameters
        for option in ("timeout", "retry_unknown"):
            assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY, name
            assert parameters[option].default is None, name
        assert isinstance(getattr(uppzy.Uppzy, family), property)


def test_the_blocking_modules_are_up_to_date() -> None:
    tool = Path(__file__).parent.parent / "tools" / "make_sync.py"
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stub_tells_what_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy.stubtest", "uppzy._native"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_public_exists_and_is_documented() -> None:
    for name in uppzy.__all__:
        assert getattr(uppzy, name).__doc__, name
    for name in aio.__all__:
        assert getattr(aio, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = uppzy.nothing  # pyright: ignore
    assert set(uppzy.__all__) <= set(dir(uppzy))


def test_help_reads_well() -> None:
    text = pydoc.plain(pydoc.render_doc(uppzy.Uppzy.chat))
    assert "ask" in text
    assert "submit" in text
    text = pydoc.plain(pydoc.render_doc(chat.Chat.ask))
    assert "session_id: 'str'" in text
    assert "PollTimeoutError" in text


def test_outside_an_event_loop_the_error_says_what_to_do() -> None:
    client = uppzy.AsyncUppzy(api_key="key-for-a-test", environment={})
    call = client.tenant.limits()
    with pytest.raises(RuntimeError, match=r"running asyncio event loop.*trio"):
        call.send(None)


def test_coroutines_can_be_made_before_a_loop_runs() -> None:
    client = uppzy.AsyncUppzy(api_key="key-for-a-test", environment={})
    call = client.tenant.limits()
    with pytest.raises(uppzy.ConfigError) as raised:
        asyncio.run(call)
    assert raised.value.field == "tenant_id"
