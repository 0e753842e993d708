"""The wheels work wherever they say they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import VERSIONS, Packages, ask, clean_environment, interpreters


def test_there_is_a_python() -> None:
    """Without one the other test would try nothing."""
    assert interpreters(), f"none of {VERSIONS} runs"


@pytest.mark.parametrize("version", list(interpreters()))
def test_a_clean_environment_asks_a_question(
    packages: Packages, version: str, tmp_path: Path
) -> None:
    """The package and the sandbox are installed from their wheels, and nothing else."""
    python = clean_environment(interpreters()[version], tmp_path / "venv", *packages.wheels)
    assert "9 to 17" in ask(python, tmp_path)
