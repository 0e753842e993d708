"""Where the packages are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support import Packages, interpreters


@pytest.fixture(scope="session")
def target() -> Path:
    """Give the folder of what is built for the checks of Python."""
    return Path(os.environ["UPPZY_TARGET"])


@pytest.fixture(scope="session")
def packages() -> Packages:
    """Find what `cargo xtask package python` has built."""
    return Packages(Path(Path(os.environ["UPPZY_PACKAGES"]).read_text(encoding="utf-8").strip()))


def pytest_report_header() -> str:
    """Say on which Pythons the wheels are tried."""
    return f"Pythons: {', '.join(interpreters()) or 'none'}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where a quiet run shows it as well."""
    terminalreporter.write_line(f"Pythons: {', '.join(interpreters()) or 'none'}")
