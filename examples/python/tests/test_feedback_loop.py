"""The program `feedback_loop`, with a user who types."""

from __future__ import annotations

import json
from pathlib import Path

from uppzy.testing import Sandbox

from support import entries, processed, run, set_rules


def test_people_take_over_where_the_assistant_is_not_sure(
    uppzy_sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "tickets.jsonl"
    answers = [("high", "Open from 9."), ("low", "Perhaps."), ("high", "Wrong."), ("high", "Yes.")]
    set_rules(
        uppzy_sandbox,
        *(
            {
                "match": {"operation": ["chat.status"], "nth": [at]},
                "effect": {"patch": {"confidence_level": level, "answer": answer}},
            }
            for at, (level, answer) in enumerate(answers, 1)
        ),
    )
    typed = (
        "When are you open?\ngood\n"
        "What is the meaning of life?\n\n"
        "Do you ship abroad?\nbad\n"
        "Can I talk to a human, please?\ngood\n"
    )
    ended = run(uppzy_sandbox, "feedback_loop.py", str(file), typed=typed)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Open from 9." in ended.stdout
    assert ended.stdout.endswith("2 good, 1 bad\n")
    assert processed(uppzy_sandbox, "chat.feedback") == 3
    text = file.read_text()
    tickets = [json.loads(line) for line in text.splitlines()]
    reasons = [ticket["reason"] for ticket in tickets]
    assert reasons == ["low_confidence", "bad_feedback", "asked_for_a_person"]
    assert all(ticket["request_id"] and ticket["session_id"] for ticket in tickets)
    assert "life" not in text, "no text of the conversation"


def test_a_server_that_fails_is_a_ticket_too(uppzy_sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    set_rules(uppzy_sandbox, {"match": {"operation": ["chat.submit"]}, "effect": {"status": 500}})
    ended = run(uppzy_sandbox, "feedback_loop.py", str(file), typed="When are you open?\n")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("I cannot answer that right now.")
    assert json.loads(file.read_text())["reason"] == "no_answer"
    assert entries(uppzy_sandbox, "chat.feedback") == []
