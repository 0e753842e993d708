"""The program `folder_upload`."""

from __future__ import annotations

import shutil
from pathlib import Path

from uppzy.testing import Sandbox

from support import PROGRAMS, entries, run, set_rules, sha256

DOCUMENTS = PROGRAMS.parent / "documents"
NAMES = ["questions.txt", "return-policy.pdf", "shipping-guide.docx", "support-hours.txt"]


def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    for name in [*NAMES, "faq.json"]:
        shutil.copy(DOCUMENTS / name, made)
    return made


def test_it_uploads_every_file_whole_and_once(uppzy_sandbox: Sandbox, tmp_path: Path) -> None:
    documents = folder(tmp_path)
    ended = run(uppzy_sandbox, "folder_upload.py", str(documents))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("4 uploaded, 0 there already, 0 failed\n")
    uploads = entries(uppzy_sandbox, "documents.upload")
    assert [(upload["file_name"], upload["file_sha256"]) for upload in uploads] == [
        (name, sha256(documents / name)) for name in NAMES
    ]
    # Each file has its bar, or its line where tqdm is not installed.
    assert all(name in ended.stderr for name in NAMES)

    again = run(uppzy_sandbox, "folder_upload.py", str(documents))
    assert again.stdout == "0 uploaded, 4 there already, 0 failed\n"
    assert len(entries(uppzy_sandbox, "documents.upload")) == 4


def test_a_file_that_fails_does_not_stop_the_others(uppzy_sandbox: Sandbox, tmp_path: Path) -> None:
    documents = folder(tmp_path)
    set_rules(
        uppzy_sandbox,
        {"match": {"operation": ["documents.upload"], "nth": [2]}, "effect": {"status": 422}},
    )
    ended = run(uppzy_sandbox, "folder_upload.py", str(documents))
    assert ended.returncode == 1
    assert ended.stdout.endswith("3 uploaded, 0 there already, 1 failed\n")
    assert "return-policy.pdf: documents.upload" in ended.stderr

    ended = run(uppzy_sandbox, "folder_upload.py", str(documents))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("1 uploaded, 3 there already, 0 failed\n")


def test_a_wrong_key_stops_it(uppzy_sandbox: Sandbox, tmp_path: Path) -> None:
    ended = run(uppzy_sandbox, "folder_upload.py", str(folder(tmp_path)), UPPZY_API_KEY="wrong-key")
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 2, "the error, and the hint"
    assert entries(uppzy_sandbox, "documents.upload") == []
