"""Results and errors in the form that scenarios see."""

from __future__ import annotations

import datetime
from typing import Any

import uppzy


def plain(value: Any) -> Any:
    """The result as plain data."""
    return None if value is None else value.to_dict()


def error_fields(error: uppzy.UppzyError) -> dict[str, Any]:
    """The error as scenarios see it."""
    verdict = error.queue_verdict().to_dict()
    return {**error.to_dict(), "queue_verdict": verdict, "report": error.report()}


def pending_fields(pending: Any) -> dict[str, Any]:
    """What a pending answer tells of itself."""
    return {
        "request_id": pending.request_id,
        "session_id": pending.session_id,
        "submitted_at": _time(pending.submitted_at),
        "token": pending.token,
    }


def _time(time: datetime.datetime) -> str:
    """The time in UTC, with no more digits than it needs."""
    seconds, _, fraction = time.astimezone(datetime.timezone.utc).isoformat()[:-6].partition(".")
    fraction = fraction.rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"


def poll_fields(outcome: uppzy.PollOutcome) -> dict[str, Any]:
    """What one look found."""
    if outcome.error is not None:
        return {"state": outcome.state, "error": error_fields(outcome.error)}
    if outcome.answer is not None:
        return {"state": outcome.state, "answer": outcome.answer.to_dict()}
    return {"state": outcome.state, "retry_in": outcome.retry_in}


def asked_fields(
    outcomes: list[uppzy.AskOutcome], progress: list[uppzy.AskProgress]
) -> dict[str, Any]:
    """The results in the order of the questions, those to hand in again, and the progress."""
    outcomes = sorted(outcomes, key=lambda outcome: outcome.index)
    return {
        "outcomes": [_outcome_fields(outcome) for outcome in outcomes],
        "failed": [outcome.request.to_dict() for outcome in outcomes if outcome.error is not None],
        "progress": [
            {"done": step.done, "failed": step.failed, "total": step.total} for step in progress
        ],
    }


def waited_fields(outcomes: list[uppzy.WaitOutcome]) -> list[dict[str, Any]]:
    """The results in the order of the tokens."""
    return [_outcome_fields(outcome) for outcome in sorted(outcomes, key=lambda one: one.index)]


def _outcome_fields(outcome: uppzy.AskOutcome | uppzy.WaitOutcome) -> dict[str, Any]:
    if outcome.error is not None:
        return {"index": outcome.index, "error": error_fields(outcome.error)}
    return {"index": outcome.index, "result": plain(outcome.answer)}
