"""Makes calls for an event loop: results of any number of calls come with one wake-up."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import weakref

from uppzy._native import Bridge, Call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Result = TypeVar("Result")

_ATTRIBUTE = "_uppzy_bridge"
# For loops that take no attributes.
_bridges: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Bridge] = weakref.WeakKeyDictionary()
# A thread that waits in a loop's place looks this often whether the loop is still there, in seconds.
_PUMP_INTERVAL = 1.0


async def started(call: Call[Result]) -> Result:
    """Makes the call in the background and awaits its result. Cancelling ends the call."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError(
            "AsyncUppzy needs a running asyncio event loop. Other libraries, such as trio, are not "
            "supported: there, use uppzy.Uppzy in a worker thread."
        ) from None
    bridge: Bridge | None = getattr(loop, _ATTRIBUTE, None)
    if bridge is None or bridge.is_stale:
        bridge = _bridge_of(loop)
    future: asyncio.Future[Result] = loop.create_future()
    key = bridge.start(call, future)
    try:
        return await future
    except BaseException:
        # Cancelled, or thrown away: the request is ended. What has finished is not there any more.
        bridge.cancel(key)
        raise


def _bridge_of(loop: asyncio.AbstractEventLoop) -> Bridge:
    known: Bridge | None = getattr(loop, _ATTRIBUTE, None) or _bridges.get(loop)
    if known is not None:
        if not known.is_stale:
            return known
        # A loop that was forked together with its process: the descriptor is the parent's.
        descriptor = known.fileno()
        if descriptor is not None:
            loop.remove_reader(descriptor)
    bridge = _connected(loop)
    try:
        setattr(loop, _ATTRIBUTE, bridge)
    except (AttributeError, TypeError):
        _bridges[loop] = bridge
    return bridge


def _connected(loop: asyncio.AbstractEventLoop) -> Bridge:
    try:
        bridge = Bridge(True)
        # In an empty context, so that the loop does not keep that of the first caller.
        contextvars.Context().run(_watch, loop, bridge)
    except (NotImplementedError, OSError):
        bridge = Bridge(False)
        references = weakref.ref(bridge), weakref.ref(loop)
        threading.Thread(target=_pump, args=references, name="uppzy-wake", daemon=True).start()
    return bridge


def _watch(loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    descriptor = bridge.fileno()
    if descriptor is None:
        raise NotImplementedError
    loop.add_reader(descriptor, bridge.drain)


def _pump(
    bridge_reference: weakref.ref[Bridge],
    loop_reference: weakref.ref[asyncio.AbstractEventLoop],
) -> None:
    """Waits in the place of a loop that cannot watch a descriptor."""
    while (bridge := bridge_reference()) is not None:
        woken = bridge.wait(_PUMP_INTERVAL)
        loop = loop_reference()
        if loop is None or loop.is_closed():
            return
        if woken:
            try:
                loop.call_soon_threadsafe(bridge.drain)
            except RuntimeError:
                # Closed in between: nobody waits for the results.
                return
        del bridge, loop
