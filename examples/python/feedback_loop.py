"""A help desk that learns what its users think of answers, and hands over to people in time.

    python feedback_loop.py tickets.jsonl

Reads a question a line, and after each answer a line that says `good`, `bad`, or anything else for
no judgement. A ticket is written when the assistant is not sure, when it cannot answer, when the
user wants a person, and when the answer was bad. It holds the two ids that find the conversation
again, and no text of it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Literal

from uppzy import Answer, Uppzy, UppzyError

FALLBACK = "I cannot answer that right now."
WORDS_FOR_A_PERSON = {"human", "operator", "person", "someone"}


def run(tickets: Path) -> None:
    """Serves one user."""
    session_id = f"desk-{os.getpid()}"
    with Uppzy() as client:
        for line in sys.stdin:
            question = line.strip()
            if not question:
                continue
            answer = client.chat.ask_with_fallback(
                question, session_id=session_id, fallback=FALLBACK, timeout=60
            )
            print(answer.text)
            reason = needs_a_person(question, answer)
            # A fallback is no answer of the assistant, so there is nothing to rate.
            if not answer.is_fallback:
                print("Was that good or bad?")
                judgement = sys.stdin.readline().strip()
                if judgement == "good":
                    rate(client, answer, "good")
                elif judgement == "bad":
                    rate(client, answer, "bad")
                    reason = reason or "bad_feedback"
            if reason:
                ids = {"session_id": answer.session_id, "request_id": answer.request_id}
                with tickets.open("a", encoding="utf-8") as file:
                    print(json.dumps({"reason": reason, **ids}), file=file)
                print("A person will get back to you.")
        metrics = client.metrics()
        print(f"{metrics.feedback_good} good, {metrics.feedback_bad} bad")


def needs_a_person(question: str, answer: Answer) -> str | None:
    """Says why a person should see to it, by the vendor's advice."""
    if WORDS_FOR_A_PERSON & set(re.findall(r"\w+", question.lower())):
        return "asked_for_a_person"
    if answer.is_fallback:
        return "no_answer"
    # Levels that are not known yet, or none at all, are no reason by themselves.
    return "low_confidence" if answer.confidence_level == "low" else None


def rate(client: Uppzy, answer: Answer, judgement: Literal["good", "bad"]) -> None:
    """Tells the assistant what the user thinks. A repeat changes nothing."""
    client.chat.feedback(
        session_id=answer.session_id, request_id=answer.request_id, feedback=judgement
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: feedback_loop.py TICKETS_FILE")
    try:
        run(Path(sys.argv[1]))
    except UppzyError as error:
        sys.exit(f"{error}\n{error.hint}")
