"""One sandbox for all tests, and in it a space for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from uppzy.testing import Sandbox

from support import Space


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Run the sandbox."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def space(sandbox: Sandbox) -> Space:
    """Make a space for one test."""
    return Space.create(sandbox)
