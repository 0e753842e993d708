"""The examples of the READMEs work as they are printed."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from subprocess import run

import pytest

from conftest import Space

PACKAGE = Path(__file__).parent.parent
#: Those of the package's page, and the one of the project's.
EXAMPLES = [
    example
    for folder in (PACKAGE, PACKAGE.parent)
    for example in re.findall(
        r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("index", range(len(EXAMPLES)))
def test_an_example_works(index: int, space: Space, tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text(EXAMPLES[index], encoding="utf-8")
    environment = {**os.environ, **space.environment}
    done = run(
        [sys.executable, script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
