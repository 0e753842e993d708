"""Results reach their event loop, and cancelled calls end."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import time
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

import uppzy
from conftest import Space

Main = Callable[[], Coroutine[Any, Any, Any]]
SLOW = {"match": {"operation": "chat.send"}, "effect": {"delay_ms": 20_000}}


class NoReaders(asyncio.SelectorEventLoop):
    """A loop like that of Windows, which cannot watch descriptors for its users."""

    def add_reader(self, fd: Any, callback: Any, *args: Any) -> Any:  # type: ignore[override]
        # The loop itself needs one, for call_soon_threadsafe.
        if getattr(callback, "__name__", "") == "_read_from_self":
            return super().add_reader(fd, callback, *args)
        raise NotImplementedError


def uvloop_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
    "without readers": NoReaders,
    "uvloop": uvloop_loop,
}


@pytest.fixture(params=LOOPS)
def new_loop(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop]:
    return LOOPS[request.param]


def run(loop: asyncio.AbstractEventLoop, main: Coroutine[Any, Any, Any]) -> Any:
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


def gone(space: Space, count: int = 1) -> bool:
    """Whether so many requests of the journal were left by their client, within some time."""
    for _ in range(500):
        if sum(entry["client_gone"] for entry in space.journal()) == count:
            return True
        time.sleep(0.01)
    return False


def test_many_at_once(new_loop: Callable[[], asyncio.AbstractEventLoop], space: Space) -> None:
    async def main() -> list[uppzy.Answer]:
        async with space.async_client() as client:
            sent = (client.chat.send("x", session_id=f"s{index}") for index in range(200))
            return await asyncio.gather(*sent)

    answers = run(new_loop(), main())
    assert [answer.session_id for answer in answers] == [f"s{index}" for index in range(200)]


def test_one_after_the_other(
    new_loop: Callable[[], asyncio.AbstractEventLoop], space: Space
) -> None:
    async def main() -> int:
        async with space.async_client() as client:
            for _ in range(20):
                await client.tenant.limits()
        return len(space.requests())

    assert run(new_loop(), main()) == 20


def test_cancelling_ends_the_request(
    new_loop: Callable[[], asyncio.AbstractEventLoop], space: Space
) -> None:
    space.rules(SLOW)

    async def main() -> None:
        client = space.async_client()
        task = asyncio.ensure_future(client.chat.send("x", session_id="s"))
        while not space.requests():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(new_loop(), main())
    assert gone(space)
    assert space.requests() == ["chat.send"]


def test_cancelling_before_the_call_sends_nothing(space: Space) -> None:
    async def main() -> None:
        client = space.async_client()
        task = asyncio.ensure_future(client.chat.send("x", session_id="s"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # A call that does reach the server, to see that the other never did.
        await client.tenant.limits()

    asyncio.run(main())
    assert space.requests() == ["tenant.limits"]


def test_wait_for_ends_the_request(space: Space) -> None:
    space.rules(SLOW)

    async def main() -> None:
        client = space.async_client()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.chat.send("x", session_id="s"), 0.2)

    asyncio.run(main())
    assert gone(space)


def test_leaving_a_task_group_ends_the_requests(space: Space) -> None:
    space.rules(SLOW)

    async def main() -> None:
        client = space.async_client()

        async def fail() -> None:
            while len(space.requests()) < 2:
                await asyncio.sleep(0.01)
            raise KeyError("stop")

        calls = [client.chat.send("x", session_id=f"s{index}") for index in range(2)]
        tasks = [asyncio.ensure_future(call) for call in (*calls, fail())]
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        assert [type(task.exception()) for task in done] == [KeyError]
        for task in pending:
            task.cancel()
        results = await asyncio.gather(*pending, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)

    asyncio.run(main())
    assert gone(space, 2)


def test_cancelling_a_back_off_sends_nothing_more(space: Space) -> None:
    space.rules({"effect": {"status": 503, "headers": {"Retry-After": "1"}}})

    async def main() -> None:
        client = space.async_client()
        task = asyncio.ensure_future(client.tenant.limits())
        while not space.requests():
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(1.3)

    asyncio.run(main())
    assert space.requests() == ["tenant.limits"]


def test_loops_one_after_the_other_share_a_client(
    new_loop: Callable[[], asyncio.AbstractEventLoop], space: Space
) -> None:
    client = space.async_client()

    async def main() -> None:
        await client.tenant.limits()

    for _ in range(5):
        run(new_loop(), main())
    assert len(space.requests()) == 5


def test_loops_in_several_threads_share_a_client(space: Space) -> None:
    client = space.async_client()
    failures: list[BaseException] = []

    async def main() -> None:
        for _ in range(5):
            await asyncio.gather(*(client.tenant.limits() for _ in range(5)))

    def work() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(space.requests()) == 6 * 25


def test_a_loop_that_is_gone_leaves_nothing_behind(
    new_loop: Callable[[], asyncio.AbstractEventLoop], space: Space
) -> None:
    space.rules(SLOW)
    loop = new_loop()
    client = space.async_client()

    async def main() -> None:
        task = asyncio.ensure_future(client.chat.send("x", session_id="s"))
        while not space.requests():
            await asyncio.sleep(0.01)
        # Left as it is: nobody cancels it.
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # pyright: ignore

    run(loop, main())
    reference = weakref.ref(loop)
    del loop
    for _ in range(300):
        gc.collect()
        if reference() is None:
            break
        # The thread that waits in a loop's place lets go within its interval.
        time.sleep(0.01)
    assert reference() is None
    assert gone(space)


def test_a_loop_keeps_no_context_of_its_callers(space: Space) -> None:
    class Request:
        pass

    variable: contextvars.ContextVar[Request] = contextvars.ContextVar("request")
    client = space.async_client()

    async def handle() -> weakref.ref[Request]:
        request = Request()
        variable.set(request)
        await client.tenant.limits()
        return weakref.ref(request)

    async def main() -> bool:
        reference = await asyncio.ensure_future(handle())
        # The loop itself keeps it until the next round.
        await asyncio.sleep(0)
        gc.collect()
        return reference() is None

    assert asyncio.run(main())


def test_errors_are_raised_where_they_are_awaited(space: Space) -> None:
    async def main() -> None:
        async with space.async_client() as client:
            with pytest.raises(uppzy.NotFoundError) as raised:
                await client.chat.status("nothing")
            assert raised.value.http_status == 404
            results = await asyncio.gather(
                client.tenant.limits(), client.chat.status("nothing"), return_exceptions=True
            )
            assert isinstance(results[0], uppzy.OpenObject)
            assert isinstance(results[1], uppzy.NotFoundError)

    asyncio.run(main())


def test_pending_answers_can_be_awaited_and_followed(space: Space) -> None:
    space.control("PUT", "/progression", {"mode": "after_polls", "polls": 2})

    async def main() -> None:
        async with space.async_client(clock=uppzy_clock()) as client:
            pending = await client.chat.submit("x", session_id="s")
            states = [state.status async for state in pending]
            assert states == ["pending", "completed"]
            assert (await pending).request_id == pending.request_id
            resumed = client.chat.resume(pending.token)
            assert (await resumed.result(timeout=5)).request_id == pending.request_id
            assert (await resumed.poll_once()).state == "completed"

    asyncio.run(main())


def uppzy_clock() -> Any:
    from uppzy.testing import virtual_clock

    return virtual_clock(1, silence=10)


def test_threads_share_a_blocking_client(space: Space, client: uppzy.Uppzy) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                client.tenant.limits()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(space.requests()) == 320


def test_closing_ends_the_wait_of_another_thread(space: Space) -> None:
    space.control("PUT", "/progression", {"mode": "never"})
    failures: list[BaseException] = []
    client = space.client()

    def work() -> None:
        try:
            client.chat.ask("x", session_id="s", timeout=600)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    for _ in range(3_000):
        if "chat.submit" in space.requests():
            break
        time.sleep(0.01)
    client.close()
    thread.join(60)
    assert not thread.is_alive()
    (error,) = failures
    assert isinstance(error, uppzy.ClosedError)


def test_blocking_and_asynchronous_calls_mix(space: Space, client: uppzy.Uppzy) -> None:
    async def main() -> None:
        other = space.async_client()
        for _ in range(10):
            calls = [other.tenant.limits() for _ in range(5)]
            mixed = [asyncio.to_thread(client.tenant.limits) for _ in range(5)]
            await asyncio.gather(*calls, *mixed)
            client.tenant.limits()

    asyncio.run(main())
    assert len(space.requests()) == 110


def test_clients_are_made_in_several_threads_at_once(space: Space) -> None:
    made: list[uppzy.Uppzy] = []
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        client = space.client()
        client.tenant.limits()
        made.append(client)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(made) == 8
