"""Fixtures for pytest, found by it when the package is installed."""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from uppzy.testing import Sandbox


@pytest.fixture
def uppzy_sandbox() -> Iterator[Sandbox]:
    """Gives the API on your own machine: a sandbox of its own for the test."""
    from uppzy.testing import Sandbox

    with Sandbox() as sandbox:
        yield sandbox
