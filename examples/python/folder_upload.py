"""Uploads the files of a folder that are not there yet, and shows how far it is.

    python folder_upload.py ../documents

The bars are tqdm's if it is installed, else a line for each file. A file that fails does not stop
the others; starting again goes on where it stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from uppzy import UploadProgress, Uppzy, UppzyError

SUFFIXES = {".pdf", ".docx", ".html", ".md", ".txt"}


@contextmanager
def bar(name: str, size: int) -> Generator[Callable[[UploadProgress], object]]:
    """Shows the progress of one file."""
    try:
        from tqdm import tqdm
    except ImportError:
        print(f"{name} ({size} bytes)", file=sys.stderr)
        yield lambda progress: None
        return
    with tqdm(total=size, desc=name, unit="B", unit_scale=True) as shown:
        # `sent` is the sum so far, and begins again when the upload is repeated.
        yield lambda progress: shown.update(progress.sent - shown.n)


def run(folder: Path) -> int:
    """Uploads what is missing, and gives the number of failures."""
    failures = uploaded = known = 0
    with Uppzy() as client:
        there = {document.title for document in client.documents.list()}
        for path in sorted(folder.iterdir()):
            if path.suffix.lower() not in SUFFIXES or not path.is_file():
                continue
            # The server names a document after its file.
            if path.name in there:
                known += 1
                continue
            try:
                with bar(path.name, path.stat().st_size) as show:
                    document = client.documents.upload(path, on_progress=show)
            except UppzyError as error:
                if error.queue_verdict().action == "config_incident":
                    raise  # every file would fail the same way
                failures += 1
                print(f"{path.name}: {error}", file=sys.stderr)
                continue
            uploaded += 1
            print(f"{path.name}: {document.id}")
    print(f"{uploaded} uploaded, {known} there already, {failures} failed")
    return failures


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: folder_upload.py FOLDER")
    try:
        sys.exit(1 if run(Path(sys.argv[1])) else 0)
    except UppzyError as error:
        sys.exit(f"{error}\n{error.hint}")
