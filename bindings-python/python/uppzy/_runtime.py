"""Ties the native layer to the life of the process: forks and the exit."""

from __future__ import annotations

import atexit
import os

from uppzy import _native, errors

# The exit does not wait longer than this for requests under way, in seconds.
_LONGEST_SHUTDOWN = 1.0

_native.set_error_factory(errors.from_native)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_native.before_fork,
        after_in_child=_native.after_fork_in_child,
    )
atexit.register(_native.shut_down, _LONGEST_SHUTDOWN)
