"""Loses an object of the native library on purpose, so that it is seen whether that is found."""

from __future__ import annotations

import ctypes

import uppzy

ids = uppzy.SessionIds("a secret of the test")
assert ids.per_user("ada")
# Nobody will ever give this reference back.
ctypes.pythonapi.Py_IncRef(ctypes.py_object(ids))
del ids
