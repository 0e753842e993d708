"""Makes the blocking modules from the asynchronous ones, so that the two cannot differ.

python tools/make_sync.py           writes the blocking modules
python tools/make_sync.py --check   says whether they are up to date
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "python" / "uppzy"
MODULES = ["_iterators", "_uploads", "chat", "client", "documents", "families"]

REPLACEMENTS = [
    (r"    # async only: begin\n.*?    # async only: end\n", ""),
    (r"from uppzy\.aio\._start import started", "from uppzy._wait import waited"),
    (r"\buppzy\.aio\.", "uppzy."),
    (r"await started\(", "waited("),
    (r"\basync def __aenter__", "def __enter__"),
    (r"\basync def __aexit__", "def __exit__"),
    (r"__aiter__", "__iter__"),
    (r"__anext__", "__next__"),
    (r"StopAsyncIteration", "StopIteration"),
    (r"\basync def ", "def "),
    (r"\basync for ", "for "),
    (r"\bawait ", ""),
    (r"\bAsync(?=[A-Z])", ""),
    (
        r"    from collections\.abc import Generator, Iterable\n",
        "    from collections.abc import Iterable\n",
    ),
    (r"    from typing import Any, NoReturn\n", "    from typing import NoReturn\n"),
]


def blocking(source: str) -> str:
    """Gives the blocking form of an asynchronous module."""
    for pattern, replacement in REPLACEMENTS:
        source = re.sub(pattern, replacement, source, flags=re.DOTALL)
    docstring, rest = source.split("\n", 1)
    note = "# Made from the module of the same name in uppzy/aio by tools/make_sync.py."
    return formatted(f"{docstring}\n\n{note}\n{rest}")


def formatted(source: str) -> str:
    """Gives the source as ruff formats it: without `await`, more fits into a line."""
    ruff = shutil.which(
        "ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if ruff is None:
        sys.exit("ruff was not found: pip install -r requirements-dev.txt")
    settings = ["--config", str(PACKAGE.parent.parent / "pyproject.toml"), "-"]
    for command in (["check", "--quiet", "--select", "I", "--fix"], ["format"]):
        done = subprocess.run(
            [ruff, *command, *settings],
            # The settings tell by names below this folder what is the package's own.
            cwd=PACKAGE.parent.parent,
            input=source,
            capture_output=True,
            text=True,
            check=True,
        )
        source = done.stdout
    return source


def main() -> int:
    """Writes or checks all modules."""
    stale: list[str] = []
    for name in MODULES:
        made = blocking((PACKAGE / "aio" / f"{name}.py").read_text(encoding="utf-8"))
        target = PACKAGE / f"{name}.py"
        if not target.exists() or target.read_text(encoding="utf-8") != made:
            stale.append(target.name)
            if "--check" not in sys.argv:
                target.write_text(made, encoding="utf-8")
    if "--check" in sys.argv and stale:
        print(f"not up to date: {', '.join(stale)}; run python tools/make_sync.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
