"""The program `quickstart`."""

from __future__ import annotations

from uppzy.testing import Sandbox

from support import processed, run


def test_it_asks_about_the_document_that_it_put_in_once(uppzy_sandbox: Sandbox) -> None:
    for time in (1, 2):
        ended = run(uppzy_sandbox, "quickstart.py")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "Send it back within 30 days." in ended.stdout
        assert "Confidence: high" in ended.stdout
        assert processed(uppzy_sandbox, "documents.create_qa") == 1
        assert processed(uppzy_sandbox, "chat.feedback") == time


def test_a_wrong_key_ends_with_what_to_change(uppzy_sandbox: Sandbox) -> None:
    ended = run(uppzy_sandbox, "quickstart.py", UPPZY_API_KEY="wrong-key")
    assert ended.returncode == 1
    assert "tenant.limits" in ended.stderr
    assert len(ended.stderr.splitlines()) == 2, "the error, and the hint"
    assert "wrong-key" not in ended.stderr
