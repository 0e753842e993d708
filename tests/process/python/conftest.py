"""One sandbox for all tests, and in it a space for each."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from uppzy.testing import Sandbox

from support import Space

# A shell starts what runs in the background deaf to Ctrl-C, and so would be all programs here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Run the sandbox."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def space(sandbox: Sandbox) -> Space:
    """Make a space for one test."""
    return Space.create(sandbox)
