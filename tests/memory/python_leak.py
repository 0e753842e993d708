"""Loses objects of the native library on purpose, so that it is seen whether that is found."""

from __future__ import annotations

import ctypes
import gc

import uppzy

# Of the last one something may still lie about on the stack, as if it pointed there.
for number in range(10):
    ids = uppzy.SessionIds(f"secret {number} of the test")
    assert ids.per_user("ada")
    # Nobody will ever give this reference back, and the collector's list would still lead there.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(ids))
    if gc.is_tracked(ids):
        ctypes.pythonapi.PyObject_GC_UnTrack(ctypes.py_object(ids))
    del ids
