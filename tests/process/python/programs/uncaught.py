"""Waits in a blocking call, and minds no signal."""

from __future__ import annotations

from uppzy import Uppzy

with Uppzy() as client:
    client.chat.send("Hello?", session_id="uncaught")
