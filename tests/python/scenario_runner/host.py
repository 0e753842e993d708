"""The servers that scenarios run against."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
from types import TracebackType
from typing import Any

from scenario_runner.servers import started

#: What the plain server says to everybody, whatever they say.
_PLAIN_ANSWER = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#: A server that was told to stop has this long, in seconds.
_STOPPING = 10.0


class Host:
    """The servers of all scenarios.

    Two sandboxes, a port where nobody listens, one where nobody answers, and one where no TLS is
    spoken.
    """

    def __init__(self) -> None:
        program = os.environ.get("UPPZY_SANDBOX")
        if not program:
            raise RuntimeError("set UPPZY_SANDBOX to the path of the program uppzy-sandbox")
        self._servers = started()
        self._stack = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            self._sandbox = stack.enter_context(_Sandbox(program))
            self._other = stack.enter_context(_Sandbox(program))
            # Bound but not listening, so that nobody else takes the port.
            self._dead = stack.enter_context(socket.socket())
            self._dead.bind(("127.0.0.1", 0))
            self._silent = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            self._plain = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            self._answering = threading.Thread(target=_answer_plainly, args=(self._plain,))
            self._answering.start()
            stack.callback(self._stop_answering)
            self._stack = stack.pop_all()

    def __enter__(self) -> Host:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def control_url(self) -> str:
        """Where the sandbox is controlled."""
        if self._servers is not None:
            return self._servers.control_url
        return self._sandbox.control_url

    @property
    def other_control_url(self) -> str:
        """Where the second sandbox is controlled."""
        return self._other.control_url

    def known(self, space: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        """What references find from the beginning."""
        servers = {} if self._servers is None else self._servers.for_space(space)
        return servers | {
            "sandbox": space,
            "other": other,
            "dead": {"base_url": f"http://{_address(self._dead)}/api/v1"},
            "silent": {
                "base_url": f"http://{_address(self._silent)}/api/v1",
                "https_base_url": f"https://{_address(self._silent)}/api/v1",
            },
            "plain": {"https_base_url": f"https://{_address(self._plain)}/api/v1"},
        }

    def _stop_answering(self) -> None:
        # Wakes the thread that accepts; closing would not.
        self._plain.shutdown(socket.SHUT_RDWR)
        self._answering.join(_STOPPING)


class _Sandbox:
    """The program, running on a free port."""

    def __init__(self, program: str) -> None:
        self._process = subprocess.Popen(
            [program, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait(_STOPPING)
            raise RuntimeError(f"{program} ended with {self._process.returncode}")
        self.control_url: str = json.loads(line)["control_url"]

    def __enter__(self) -> _Sandbox:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _address(bound: socket.socket) -> str:
    host, port = bound.getsockname()
    return f"{host}:{port}"


def _answer_plainly(listener: socket.socket) -> None:
    while True:
        try:
            stream, _ = listener.accept()
        except OSError:
            return
        # Who has gone by now does not need an answer.
        with stream, contextlib.suppress(OSError):
            stream.settimeout(1.0)
            stream.sendall(_PLAIN_ANSWER)
            stream.shutdown(socket.SHUT_WR)
            # Closing before everything is read would reset the connection.
            while stream.recv(4096):
                pass
