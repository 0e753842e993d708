"""What the runner does with scenarios, apart from making calls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scenario_runner.canonical import Placeholders
from scenario_runner.files import write_files
from scenario_runner.matching import mismatches
from scenario_runner.references import resolve
from scenario_runner.scenario import Scenario, Step, load, themes


def test_objects_match_by_the_named_fields_and_lists_as_a_whole() -> None:
    actual = {"a": 1, "b": [{"c": "d", "e": 2}], "n": None}
    assert not mismatches({"a": 1.0, "b": [{"c": "d"}], "n": None}, actual)
    assert not mismatches({"b": 1}, actual)
    assert len(mismatches({"b": []}, actual)) == 1
    assert len(mismatches({"b": 2, "x": 1, "a": "1"}, actual)) == 3
    assert mismatches({"b": [{"c": "x"}]}, actual) == ['b[0].c: expected "x", found "d"']
    assert len(mismatches({"a": True}, actual)) == 1


@pytest.mark.parametrize(
    ("check", "actual", "holds"),
    [
        ({"$contains": "b"}, "abc", True),
        ({"$contains": "x"}, "abc", False),
        ({"$contains": '{"a":[1]}'}, [{"a": [1]}], True),
        ({"$excludes": "x"}, "abc", True),
        ({"$excludes": "b"}, "abc", False),
        ({"$between": [1, 2]}, 1.5, True),
        ({"$between": [1, 2]}, 2.5, False),
        ({"$between": [1, 2]}, "1.5", False),
        ({"$between": [0, 2]}, True, False),
        ({"$present": True}, 0, True),
        ({"$present": True}, None, False),
        ({"$present": False}, None, True),
        ({"$length": 2}, [1, 2], True),
        ({"$length": 2}, "é", False),
        ({"$exactly": {"a": 1}}, {"a": 1, "b": 2}, False),
        ({"$exactly": {"a": 1}}, {"a": 1.0}, True),
    ],
)
def test_checks_hold_or_say_why(check: dict[str, Any], actual: Any, holds: bool) -> None:
    assert (mismatches(check, actual) == []) == holds


def test_what_is_not_there_is_checked_as_well() -> None:
    assert not mismatches({"a": {"$present": False}}, {})
    assert len(mismatches({"a": {"$excludes": "x"}}, {})) == 1
    with pytest.raises(ValueError, match="no check"):
        mismatches({"$nonsense": 1}, 1)


def test_references_are_replaced_wherever_they_stand() -> None:
    saved = {"first": {"ids": [7, {"a": "b"}]}}
    value = {"x": ["$first.ids.0", "plain"], "y": {"z": "$first.ids.1.a"}}
    assert resolve(value, saved) == {"x": [7, "plain"], "y": {"z": "b"}}
    with pytest.raises(ValueError, match=r"first\.nothing"):
        resolve("$first.nothing", saved)


def test_what_differs_from_run_to_run_is_replaced() -> None:
    placeholders = Placeholders(
        [("127.0.0.1:4010", "<address>"), ("http://127.0.0.1:4010/api/v1", "<base_url>")]
    )
    value = {
        "elapsed": 1.5,
        "closed_at": None,
        "message": f"req_{'0a' * 16} at 127.0.0.1:4010, req_7",
        "list": ["http://127.0.0.1:4010/api/v1/x", "v1.abc", 1, True],
    }
    assert placeholders.apply(value) == {
        "elapsed": "<volatile>",
        "closed_at": None,
        "message": "req_<id> at <address>, req_7",
        "list": ["<base_url>/x", "<volatile>", 1, True],
    }


def test_files_are_made_as_described(tmp_path: Path) -> None:
    saved: dict[str, Any] = {}
    files = {
        "a": {"name": "a.txt", "text": "é"},
        "b": {"name": "b.bin", "base64": "AAE="},
        "c": {"name": "c.bin", "size": 3},
    }
    write_files(tmp_path, files, saved)
    contents = [Path(saved[name]["path"]).read_bytes() for name in files]
    assert contents == ["é".encode(), b"\x00\x01", b"xxx"]
    with pytest.raises(ValueError, match="give one of"):
        write_files(tmp_path, {"d": {"name": "d", "text": "", "size": 1}}, saved)


def test_every_file_is_read_and_names_are_unique() -> None:
    names = [scenario.name for theme in themes() for scenario in load(theme)]
    assert len(names) > 700
    assert len(set(names)) == len(names)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one thing"):
        Step.read({"call": "chat.send", "pause": 0.1})
    with pytest.raises(ValueError, match="unknown fields"):
        Step.read({"call": "chat.send", "surprise": 1})
    with pytest.raises(ValueError, match="unknown fields"):
        Scenario.read({"name": "a", "holds": "b", "steps": [], "surprise": 1})
