from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from peers import raw


class Connection(asyncio.Protocol):
    """A connection with one request on its way."""

    def __init__(self, opened: list[asyncio.Transport]) -> None:
        self.opened = opened
        self.received = b""
        self.answered: asyncio.Future[bytes]
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.opened.append(transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if raw.is_whole(self.received):
            received, self.received = self.received, b""
            self.answered.set_result(received)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.answered.done():
            self.answered.set_exception(error or ConnectionError("the server went away"))


@asynccontextmanager
async def client(url: str, concurrency: int) -> AsyncIterator[Any]:
    (host, port), head = raw.place(url), raw.head(url)
    loop = asyncio.get_running_loop()
    idle: list[Connection] = []
    opened: list[asyncio.Transport] = []

    async def send() -> None:
        if idle:
            connection = idle.pop()
        else:
            _, connection = await loop.create_connection(lambda: Connection(opened), host, port)
        connection.answered = loop.create_future()
        connection.transport.write(raw.request(head))
        received = await connection.answered
        idle.append(connection)
        raw.read(received)

    yield send
    for transport in opened:
        transport.close()
