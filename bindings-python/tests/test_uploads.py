"""Everything that can be uploaded arrives whole, and what cannot be read says why."""

from __future__ import annotations

import asyncio
import hashlib
import io
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import uppzy
from conftest import Space
from uppzy import UploadProgress, Uppzy

CONTENT = b"".join(b"Rule %d: lamps may be returned.\n" % number for number in range(9_000))


def pieces() -> Iterator[bytes]:
    for start in range(0, len(CONTENT), 100_000):
        yield CONTENT[start : start + 100_000]
        yield b""


async def pieces_asynchronously() -> AsyncIterator[bytes]:
    for piece in pieces():
        await asyncio.sleep(0)
        yield piece


class AsynchronousFile:
    def __init__(self) -> None:
        self._file = io.BytesIO(CONTENT)

    async def read(self, size: int) -> bytes:
        await asyncio.sleep(0)
        return self._file.read(size)


@contextmanager
def sources(path: Path) -> Generator[dict[str, Any], None, None]:
    with path.open("rb") as file, path.open("rb", buffering=0) as unbuffered:
        yield {
            "path": path,
            "text": str(path),
            "bytes": CONTENT,
            "bytearray": bytearray(CONTENT),
            "memoryview": memoryview(CONTENT),
            "open file": file,
            "unbuffered file": unbuffered,
            "file in memory": io.BytesIO(CONTENT),
            "iterator": pieces(),
        }


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "handbook ü.txt"
    path.write_bytes(CONTENT)
    return path


def assert_arrived(space: Space, count: int) -> None:
    journal = space.journal()
    assert len(journal) == count
    digest = hashlib.sha256(CONTENT).hexdigest()
    for entry in journal:
        assert entry["file_bytes"] == len(CONTENT)
        assert entry["file_sha256"] == digest
        assert entry["processed"]


def test_every_source_arrives_whole(space: Space, client: Uppzy, path: Path) -> None:
    with sources(path) as given:
        for source in given.values():
            document = client.documents.upload(source, file_name="a.txt")
            assert document.title == "a.txt"
    assert_arrived(space, len(given))


def test_every_source_arrives_whole_asynchronously(space: Space, path: Path) -> None:
    more: list[Any] = [pieces_asynchronously(), AsynchronousFile()]

    async def main() -> int:
        with sources(path) as given:
            async with space.async_client() as client:
                for source in [*given.values(), *more]:
                    await client.documents.upload(source, file_name="a.txt")
        return len(given)

    assert_arrived(space, asyncio.run(main()) + len(more))


def test_names_and_lengths_are_found_out(space: Space, client: Uppzy, path: Path) -> None:
    assert client.documents.upload(path).title == path.name
    told: list[UploadProgress] = []
    with path.open("rb") as file:
        file.seek(100)
        client.documents.upload(file, on_progress=told.append)
        assert told[-1] == UploadProgress(len(CONTENT) - 100, len(CONTENT) - 100)
    with pytest.raises(uppzy.InvalidInputError) as raised:
        client.documents.upload(b"text")
    assert raised.value.field == "file_name"
    assert len(space.journal()) == 2


def test_progress_ends_with_everything(client: Uppzy, path: Path) -> None:
    told: list[UploadProgress] = []
    client.documents.upload(path, on_progress=told.append)
    assert told[-1] == UploadProgress(len(CONTENT), len(CONTENT))
    assert [progress.sent for progress in told] == sorted(progress.sent for progress in told)
    told.clear()
    client.documents.upload(pieces(), file_name="a.txt", on_progress=told.append)
    assert told[-1] == UploadProgress(len(CONTENT), None)


def test_an_announced_length_that_is_wrong_is_a_fault(space: Space, client: Uppzy) -> None:
    for length in (len(CONTENT) - 1, len(CONTENT) + 1):
        with pytest.raises(uppzy.FileReadError):
            client.documents.upload(pieces(), file_name="a.txt", length=length)
    assert not any(entry["processed"] for entry in space.journal())


class Broken(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise ZeroDivisionError("broken on purpose")


def test_a_source_that_breaks_is_the_cause(space: Space, client: Uppzy) -> None:
    with pytest.raises(uppzy.FileReadError, match="broken on purpose") as raised:
        client.documents.upload(Broken(), file_name="a.txt")
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert isinstance(raised.value, OSError)

    async def main() -> None:
        other = space.async_client()
        with pytest.raises(uppzy.FileReadError) as raised:
            await other.documents.upload(Broken(), file_name="a.txt")
        assert isinstance(raised.value.__cause__, ZeroDivisionError)

    asyncio.run(main())
    assert not any(entry["processed"] for entry in space.journal())


def test_text_is_refused(client: Uppzy) -> None:
    with pytest.raises(uppzy.FileReadError) as raised:
        client.documents.upload(io.StringIO("text"), file_name="a.txt")  # type: ignore[arg-type]  # pyright: ignore
    assert "binary mode" in str(raised.value.__cause__)
    with pytest.raises(TypeError, match="cannot upload int"):
        client.documents.upload(7, file_name="a.txt")  # type: ignore[arg-type]  # pyright: ignore


def test_a_missing_file_is_named(client: Uppzy, tmp_path: Path) -> None:
    with pytest.raises(uppzy.FileReadError, match=r"missing\.pdf") as raised:
        client.documents.upload(tmp_path / "missing.pdf")
    assert raised.value.field == "file"


class StopError(Exception):
    pass


def test_an_exception_of_the_progress_ends_the_upload(space: Space, client: Uppzy) -> None:
    def stop(_: UploadProgress) -> None:
        raise StopError

    space.rules({"match": {"operation": "documents.upload"}, "effect": {"delay_ms": 20_000}})
    with pytest.raises(StopError):
        client.documents.upload(CONTENT, file_name="a.txt", on_progress=stop)


def test_a_cancelled_upload_ends(space: Space) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10_000
            await asyncio.sleep(0.01)

    async def main() -> None:
        client = space.async_client()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.documents.upload(endless(), file_name="a.txt"), 0.3)

    asyncio.run(main())
    assert not any(entry["processed"] for entry in space.journal())


def test_spooled_files_are_read(space: Space, client: Uppzy) -> None:
    with tempfile.SpooledTemporaryFile() as file:
        file.write(CONTENT)
        file.seek(0)
        client.documents.upload(file, file_name="a.txt")
    assert_arrived(space, 1)
