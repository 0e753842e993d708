"""Says what importing the package, making a client and a first call each bring into the process."""

from __future__ import annotations

import json
import os
import sys


def state() -> dict[str, object]:
    """Look at the process as the operating system sees it."""
    files = [os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]
    return {
        "threads": len(os.listdir("/proc/self/task")),
        # Without the one by which this list is read.
        "files": sorted(name for name in files if "/proc/" not in name),
        "asyncio": "asyncio" in sys.modules,
    }


before = state()
import uppzy  # noqa: E402

imported = state()
client = uppzy.Uppzy()
made = state()
client.tenant.limits()
called = state()
client.close()
print(json.dumps([before, imported, made, called]))
