"""A bar for many questions: that of tqdm if it is installed, else a line on standard error."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Bar:
    """Shows how far many questions are."""

    __slots__ = ("_bar", "_shown")

    def __init__(self, total: int) -> None:
        self._shown = False
        self._bar: Any = None
        try:
            # Stubs are not installed with it.
            from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]
        except ImportError:
            return
        self._bar = tqdm(total=total, unit="answer")

    def show(self, done: int, failed: int, total: int) -> None:
        """Shows these numbers."""
        self._shown = True
        if self._bar is None:
            failures = f", {failed} failed" if failed else ""
            print(f"\r{done}/{total} answers{failures}", end="", file=sys.stderr, flush=True)
            return
        if failed:
            self._bar.set_postfix(failed=failed, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leaves the bar as it is, with a new line after it."""
        if self._bar is not None:
            self._bar.close()
        elif self._shown:
            print(file=sys.stderr)
            self._shown = False
