"""Control of a sandbox over HTTP, as the runners of all languages do it."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

_METHODS = {
    "rules": "PUT",
    "progression": "PUT",
    "latency": "PUT",
    "plan": "PUT",
    "limits": "PUT",
    "keys": "POST",
    "clock": "POST",
    "journal": "DELETE",
}
#: The sandbox is on this machine; seconds.
_TIMEOUT = 30.0


class Control:
    """One space of a sandbox."""

    def __init__(self, root: str) -> None:
        """Makes a space in the sandbox with that control URL."""
        parts = urlsplit(root)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=_TIMEOUT)
        self._root = parts.path
        #: What the sandbox says of the space: ``base_url``, ``api_key``, ``tenant_id`` and more.
        self.space: dict[str, Any] = self._send("POST", f"{self._root}/spaces", {})
        self._path = urlsplit(self.text("control_url")).path

    def text(self, name: str) -> str:
        """A text that the sandbox says of the space."""
        text: str = self.space[name]
        return text

    def change(self, settings: dict[str, Any]) -> None:
        """Changes settings: each is named after its path, and its value is the body."""
        for name, body in settings.items():
            method = _METHODS[name]
            self._send(method, f"{self._path}/{name}", None if method == "DELETE" else body)

    def journal(self) -> list[dict[str, Any]]:
        """The journal, oldest entry first."""
        entries: list[dict[str, Any]] = self._send("GET", f"{self._path}/journal")["entries"]
        return entries

    def connections(self) -> int:
        """How many connections have carried requests to the space."""
        total: int = self._send("GET", f"{self._path}/stats")["connections_total"]
        return total

    def remove(self) -> None:
        """Removes the space."""
        try:
            self._send("DELETE", f"{self._root}/spaces/{self.text('name')}")
        finally:
            self._connection.close()

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        text = "" if body is None else json.dumps(body)
        self._connection.request(method, path, body=text.encode())
        answer = self._connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise OSError(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
        return json.loads(content)
