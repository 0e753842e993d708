"""Imports, exits, forks and Ctrl-C, each in an interpreter of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import RunScript, Space

SLOW = {"match": {"operation": "chat.send"}, "effect": {"delay_ms": 20_000}}
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def test_import_is_light(run_script: RunScript) -> None:
    found = run_script(
        """
import json, sys, threading
before = set(sys.modules)
import uppzy
heavy = {"asyncio", "typing", "dataclasses", "json.decoder", "ssl", "socket", "logging", "inspect"}
threads = threading.active_count(), len(list(__import__("os").scandir("/proc/self/task")))
print(json.dumps({"heavy": sorted(heavy & (set(sys.modules) - before)), "threads": threads}))
"""
    )
    assert found == {"heavy": [], "threads": [1, 1]}


def test_making_a_client_starts_no_thread(run_script: RunScript) -> None:
    found = run_script(
        """
import json, os, uppzy
client = uppzy.Uppzy()
before = len(os.listdir("/proc/self/task"))
client.tenant.limits()
print(json.dumps({"before": before, "after": len(os.listdir("/proc/self/task"))}))
"""
    )
    assert found == {"before": 1, "after": 2}


@pytest.mark.parametrize("when", ["awaited", "left behind", "blocking in a thread", "many"])
def test_exits_with_calls_in_flight_are_clean(
    run_script: RunScript, space: Space, when: str
) -> None:
    space.rules(SLOW)
    sources = {
        "awaited": """
async def main():
    try:
        await asyncio.wait_for(uppzy.AsyncUppzy().chat.send("x", session_id="s"), 0.05)
    except asyncio.TimeoutError:
        pass
asyncio.run(main())
""",
        "left behind": """
loop = asyncio.new_event_loop()
client = uppzy.AsyncUppzy()
tasks = [loop.create_task(client.chat.send("x", session_id="s")) for _ in range(30)]
loop.run_until_complete(asyncio.sleep(0.05))
for task in tasks:
    task._log_destroy_pending = False
""",
        "blocking in a thread": """
client = uppzy.Uppzy()
for _ in range(4):
    call = lambda: client.chat.send("x", session_id="s")
    threading.Thread(target=call, daemon=True).start()
time.sleep(0.1)
""",
        "many": """
stream = uppzy.Uppzy().chat.ask_many(
    [uppzy.ChatRequest("x", session_id=f"s{i}") for i in range(50)]
)
stream._stream.next()
time.sleep(0.05)
""",
    }
    began = time.monotonic()
    for _ in range(5):
        run_script("import asyncio, threading, time, uppzy\n" + sources[when])
    assert time.monotonic() - began < 30


def interrupted(source: str, space: Space, tmp_path: Path) -> tuple[float, int, str]:
    script = tmp_path / "script.py"
    script.write_text(source, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", **space.environment},
    )
    for _ in range(1000):
        if space.requests():
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=30)
    return time.monotonic() - began, process.returncode, errors


BLOCKING_CALLS = {
    "send": "client.chat.send('x', session_id='s')",
    "ask": "client.chat.ask('x', session_id='s')",
    "ask_many": "list(client.chat.ask_many([uppzy.ChatRequest('x', session_id='s')]))",
    "states": "list(client.chat.submit('x', session_id='s'))",
}


@pytest.mark.parametrize("call", BLOCKING_CALLS)
def test_ctrl_c_ends_a_blocking_call(call: str, space: Space, tmp_path: Path) -> None:
    space.rules(SLOW)
    space.control("PUT", "/progression", {"mode": "never"})
    source = f"import uppzy\nclient = uppzy.Uppzy()\n{BLOCKING_CALLS[call]}\n"
    waited, code, errors = interrupted(source, space, tmp_path)
    assert code == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")
    # Loose, for busy machines: the call itself would take 20 s and more.
    assert waited < 5
    assert len(space.requests()) == 1


def test_a_call_after_ctrl_c_works(space: Space, tmp_path: Path) -> None:
    space.rules(SLOW)
    source = """
import uppzy
client = uppzy.Uppzy()
try:
    client.chat.send('x', session_id='s')
except KeyboardInterrupt:
    client.tenant.limits()
"""
    _, code, errors = interrupted(source, space, tmp_path)
    assert (code, errors) == (0, "")
    journal = space.journal()
    assert [entry["operation"] for entry in journal] == ["chat.send", "tenant.limits"]
    assert journal[0]["client_gone"]


@needs_fork
@pytest.mark.parametrize("used", [False, True], ids=["before use", "after use"])
def test_a_fork_works_in_parent_and_child(run_script: RunScript, space: Space, used: bool) -> None:
    found = run_script(
        f"""
import json, os, signal, sys, uppzy
client = uppzy.Uppzy()
other = client.for_site(client.site_id)
if {used}:
    client.tenant.limits()
    pending = client.chat.submit("x", session_id="s")
    stream = client.events()
child = os.fork()
if child == 0:
    signal.alarm(10)
    try:
        client.tenant.limits()
        other.site.get()
        if {used}:
            assert pending.status().request_id == pending.request_id
            assert pending.session_id == "s"
            try:
                stream.read()
            except uppzy.ClosedError:
                pass
        del client, other
        os._exit(0)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
client.tenant.limits()
_, status = os.waitpid(child, 0)
client.tenant.limits()
print(json.dumps({{"status": status}}))
""",
        "-Wignore::DeprecationWarning",
    )
    assert found == {"status": 0}


@needs_fork
def test_forks_of_a_busy_process_work(run_script: RunScript, space: Space) -> None:
    found = run_script(
        """
import asyncio, json, os, signal, threading, uppzy
# A fork in the middle of another thread's import would be Python's own trouble.
from uppzy import AsyncUppzy
client = uppzy.Uppzy()
done = threading.Event()
def work():
    while not done.is_set():
        client.tenant.limits()
def work_asynchronously():
    async def main():
        other = AsyncUppzy()
        while not done.is_set():
            await asyncio.gather(*(other.tenant.limits() for _ in range(10)))
    asyncio.run(main())
threads = [threading.Thread(target=target) for target in (work, work, work_asynchronously)]
for thread in threads:
    thread.start()
statuses = []
for _ in range(10):
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        client.tenant.limits()
        async def main():
            async with AsyncUppzy() as other:
                await other.tenant.limits()
        asyncio.run(main())
        os._exit(0)
    statuses.append(os.waitpid(child, 0)[1])
done.set()
for thread in threads:
    thread.join()
print(json.dumps({"statuses": statuses}))
""",
        "-Wignore::DeprecationWarning",
    )
    assert found == {"statuses": [0] * 10}


@needs_fork
def test_multiprocessing_with_fork_works(run_script: RunScript) -> None:
    found = run_script(
        """
import json, multiprocessing, uppzy
client = uppzy.Uppzy()
def ask(index):
    return client.chat.send("x", session_id=f"s{index}")
if __name__ == "__main__":
    ask(0)
    with multiprocessing.get_context("fork").Pool(3) as pool:
        answers = pool.map(ask, range(9))
    print(json.dumps({"answers": [answer.session_id for answer in answers]}))
""",
        "-Wignore::DeprecationWarning",
    )
    assert found == {"answers": [f"s{index}" for index in range(9)]}


@needs_fork
def test_rotated_keys_reach_a_child(run_script: RunScript, space: Space) -> None:
    space.control("POST", "/keys", {"add": "rotated-key-for-a-test"})
    space.control("POST", "/keys", {"revoke": space.options["api_key"]})
    found = run_script(
        """
import json, os, uppzy
client = uppzy.Uppzy()
client.set_api_key("rotated-key-for-a-test")
child = os.fork()
if child == 0:
    client.tenant.limits()
    os._exit(0)
print(json.dumps({"status": os.waitpid(child, 0)[1]}))
""",
        "-Wignore::DeprecationWarning",
    )
    assert found == {"status": 0}


def test_a_call_during_the_exit_says_that_it_is_too_late(run_script: RunScript) -> None:
    found = run_script(
        """
import atexit, json
def late():
    try:
        client.tenant.limits()
    except uppzy.ClosedError as error:
        print(json.dumps({"message": error.message}))
atexit.register(late)
import uppzy
client = uppzy.Uppzy()
client.tenant.limits()
"""
    )
    assert "exiting" in found["message"]


def test_a_sub_interpreter_is_refused_clearly(run_script: RunScript) -> None:
    found = run_script(
        """
import json, sys
import uppzy
try:
    import _xxsubinterpreters as interpreters
except ImportError:
    import _interpreters as interpreters
identifier = interpreters.create()
text = ""
try:
    failure = interpreters.run_string(identifier, "import uppzy")
    text = "" if failure is None else failure.formatted
except Exception as error:
    text = str(error)
interpreters.destroy(identifier)
print(json.dumps({"text": text}))
"""
    )
    assert "interpreter" in found["text"]
    assert "ImportError" in found["text"]


def test_memory_stays_flat(run_script: RunScript) -> None:
    """Many calls, failures and clients: no thread, no file and little memory more than before."""
    found: dict[str, Any] = run_script(
        """
import asyncio, json, os, resource, uppzy
def files(): return len(os.listdir("/proc/self/fd"))
def threads(): return len(os.listdir("/proc/self/task"))
def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
def work(count):
    client = uppzy.Uppzy()
    for _ in range(count):
        client.tenant.limits()
        try:
            client.chat.status("nothing")
        except uppzy.NotFoundError:
            pass
    async def main():
        other = uppzy.AsyncUppzy()
        for _ in range(count // 10):
            await asyncio.gather(*(other.tenant.limits() for _ in range(10)))
    asyncio.run(main())
    for _ in range(count // 10):
        uppzy.Uppzy().tenant.limits()
work(300)
before = files(), threads(), memory()
work(1000)
after = files(), threads(), memory()
print(json.dumps({"before": before, "after": after}))
"""
    )
    files, threads, memory = (
        later - sooner for sooner, later in zip(found["before"], found["after"], strict=True)
    )
    assert threads == 0, found
    assert files <= 20, found
    assert memory < 8_000_000, found


def test_events_of_fork_and_exit_are_json(run_script: RunScript) -> None:
    found = run_script(
        """
import json, uppzy
client = uppzy.Uppzy()
events = client.events()
client.tenant.limits()
print(json.dumps({"events": [event["event"] for event in events.read()]}))
"""
    )
    assert found["events"] == ["call_started", "attempt", "call_ended"]
    assert json.dumps(found)
