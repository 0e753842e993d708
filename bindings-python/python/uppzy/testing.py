"""For tests of programs that use this package: the API on your own machine, and time that obeys.

>>> from uppzy.testing import Sandbox
>>> with Sandbox() as sandbox, sandbox.client() as client:
...     client.chat.ask("When are you open?", session_id="test-1")
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from uppzy._native import Clock as Clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from uppzy.aio import AsyncUppzy
    from uppzy.client import Uppzy

__all__ = ["Clock", "Sandbox", "SandboxNotFoundError", "manual_clock", "virtual_clock"]

_VARIABLE = "UPPZY_SANDBOX"
_PROGRAM = "uppzy-sandbox"
_LONGEST_STOP = 5.0


class SandboxNotFoundError(FileNotFoundError):
    """The program ``uppzy-sandbox`` is not installed."""


def virtual_clock(seed: int, *, silence: float | None = None) -> Clock:
    """Gives time that jumps over waits as soon as all calls only wait for it; pass it as ``clock``.

    Args:
        seed: Of everything left to chance.
        silence: Real seconds for which a server may say nothing before the timer that guards the
            request fires. Default: 0.3.
    """
    return Clock.virtual_time(seed, silence)


def manual_clock(seed: int) -> Clock:
    """Gives time that stands still but for its ``advance(seconds)``; pass it as ``clock``."""
    return Clock.manual(seed)


class Sandbox:
    """The API on your own machine, on a free port, as long as the ``with`` block lasts.

    Answers are simulated. Everything is in memory unless ``--data`` is among the arguments.

    Args:
        arguments: Further arguments of the program: ``uppzy-sandbox --help`` lists them.
        program: The program. Default: ``UPPZY_SANDBOX``, the one that ``pip install uppzy-sandbox``
            put beside the interpreter, or the one on ``PATH``.

    Raises:
        SandboxNotFoundError: It is not installed; says how to get it.

    Attributes:
        base_url: Where the API is.
        api_key: The key that it accepts.
        tenant_id: The tenant that it has.
        site_id: The site that it has.
        control_url: Where rules, the journal and settings are.
    """

    base_url: str
    api_key: str
    tenant_id: str
    site_id: str
    control_url: str

    def __init__(self, *arguments: str, program: str | os.PathLike[str] | None = None) -> None:
        self._command = [os.fspath(program or find_program()), "--port", "0", *arguments]
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Starts it, and waits until it answers."""
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        if not line.strip():
            process.wait(_LONGEST_STOP)
            reason = process.stderr.read().strip()
            process.stdout.close()
            process.stderr.close()
            raise RuntimeError(f"the sandbox did not start: {reason}")
        # It says one sentence on standard error, and nothing more that could fill the pipe.
        self._process = process
        for name, value in json.loads(line).items():
            setattr(self, name, value)
        return self

    def stop(self) -> None:
        """Ends it. May be repeated."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_LONGEST_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def options(self) -> dict[str, Any]:
        """What a client needs to use it: ``Uppzy(**sandbox.options)``."""
        return {
            "base_url": self.base_url,
            "api_key": self.api_key,
            "tenant_id": self.tenant_id,
            "site_id": self.site_id,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables, for programs that are started."""
        return {f"UPPZY_{name.upper()}": value for name, value in self.options.items()}

    def client(self, **options: Any) -> Uppzy:
        """Makes a client that uses it; options as for :class:`uppzy.Uppzy`."""
        from uppzy.client import Uppzy

        return Uppzy(**self._client_options(options))

    def async_client(self, **options: Any) -> AsyncUppzy:
        """Makes an asynchronous client that uses it; options as for :class:`uppzy.AsyncUppzy`."""
        from uppzy.aio import AsyncUppzy

        return AsyncUppzy(**self._client_options(options))

    def _client_options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {**self.options, "environment": {}, **options}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a request to the control URL: rules, journal, progression, latency and more.

        Args:
            method: The HTTP method.
            path: The path below the control URL, such as ``/rules``.
            body: What to send as JSON.
        """
        return control(self.control_url, method, path, body)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def control(control_url: str, method: str, path: str, body: Any = None) -> Any:
    """Sends a request to a sandbox's control URL, and gives the answer's JSON."""
    import urllib.request

    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        control_url + path,
        data=data,
        method=method,
        headers={"Content-Type": "application/json"},
    )
    # Never through a proxy: it is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        text = answer.read()
    return json.loads(text) if text.strip() else None


def find_program() -> Path:
    """Finds the program ``uppzy-sandbox``.

    Raises:
        SandboxNotFoundError: It is not installed; says how to get it.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise SandboxNotFoundError(f"{_VARIABLE} names {named}, and there is no such file")
        return Path(named)
    suffix = ".exe" if sys.platform == "win32" else ""
    beside = Path(sysconfig.get_path("scripts")) / (_PROGRAM + suffix)
    if beside.is_file():
        return beside
    found = shutil.which(_PROGRAM)
    if found is not None:
        return Path(found)
    raise SandboxNotFoundError(
        f"the program {_PROGRAM} was not found: install it with `pip install uppzy-sandbox` or "
        f"`cargo install uppzy-sandbox`, or name it in {_VARIABLE}"
    )
