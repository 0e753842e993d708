from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from peers import raw


@contextmanager
def client(url: str, concurrency: int) -> Iterator[Any]:
    place, head = raw.place(url), raw.head(url)
    idle: list[socket.socket] = []
    with ExitStack() as opened:

        def send() -> None:
            connection = idle.pop() if idle else opened.enter_context(connect())
            connection.sendall(raw.request(head))
            received = connection.recv(65536)
            while not raw.is_whole(received):
                more = connection.recv(65536)
                if not more:
                    raise ConnectionError("the server went away")
                received += more
            idle.append(connection)
            raw.read(received)

        def connect() -> socket.socket:
            connection = socket.create_connection(place)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection

        yield send
