"""Uses the asynchronous client where no event loop of asyncio runs."""

from __future__ import annotations

import trio
from uppzy import AsyncUppzy


async def main() -> None:
    """Make a call under trio."""
    try:
        await AsyncUppzy().tenant.limits()
    except Exception as error:
        print(f"{type(error).__name__}: {error}", flush=True)


trio.run(main)
