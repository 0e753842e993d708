"""A Celery worker that answers questions and holds no slot while an answer is being made.

    celery --app celery_worker worker
    python celery_worker.py "When are you open?" "Where are you?"

Each question is a row of a table. The first run of its task submits it and stores the token; every
further run looks once, and hands itself back to the broker for as long as the assistant needs.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import NoReturn

from celery import Celery, Task
from uppzy import Uppzy, UppzyError

FIRST_LOOK = 2.0  # answers take 5 to 60 s
LONGEST_WAIT = timedelta(minutes=10)  # what is not there by then will not come
DATABASE = os.environ.get("JOBS_DATABASE", "jobs.sqlite3")

app = Celery("celery_worker", broker=os.environ.get("CELERY_BROKER", "redis://127.0.0.1:6379/0"))
# A task that a killed worker had is given to another one.
app.conf.update(task_acks_late=True, task_ignore_result=True)
client = Uppzy()  # made before the fork; its connections are made in the children


def change(statement: str, *values: object) -> sqlite3.Cursor:
    """Changes the table, in a transaction of its own."""
    with closing(sqlite3.connect(DATABASE, timeout=30)) as database, database:
        database.execute(
            "CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, question TEXT NOT NULL, "
            "state TEXT NOT NULL DEFAULT 'new', token TEXT, result TEXT)"
        )
        return database.execute(statement, values)


def read(job: int) -> tuple[str, str, str | None]:
    """Reads the question, the state and the token of a job."""
    with closing(sqlite3.connect(DATABASE, timeout=30)) as database:
        statement = "SELECT question, state, token FROM jobs WHERE id = ?"
        row: tuple[str, str, str | None] = database.execute(statement, (job,)).fetchone()
        return row


def finish(job: int, state: str, result: str) -> None:
    """Writes down how a job ended: `done`, `failed`, or `unclear`, which a person must decide."""
    change("UPDATE jobs SET state = ?, result = ? WHERE id = ?", state, result, job)


@app.task(bind=True, max_retries=None)
def answer(self: Task[..., None], job: int) -> None:
    """Takes a job one step further."""
    question, state, token = read(job)
    if state == "submitting":
        # A worker ended in that moment, and nobody knows whether the server has the question.
        return finish(job, "unclear", "the worker ended while it submitted this")
    try:
        if state == "new":
            change("UPDATE jobs SET state = 'submitting' WHERE id = ?", job)
            token = client.chat.submit(question, session_id=f"job-{job}").token
            change("UPDATE jobs SET state = 'waiting', token = ? WHERE id = ?", token, job)
            again(self, FIRST_LOOK)
        elif state == "waiting" and token is not None:
            look(self, job, token)
    except UppzyError as error:
        verdict = error.queue_verdict()
        if verdict.action == "give_up":
            unclear = token is None and error.outcome == "unknown"
            return finish(job, "unclear" if unclear else "failed", error.message)
        # As before the call: the same step is made again.
        state = "new" if token is None else "waiting"
        change("UPDATE jobs SET state = ? WHERE id = ?", state, job)
        if verdict.action == "config_incident":
            raise  # every job would fail the same way: for an operator
        again(self, verdict.seconds or FIRST_LOOK)


def look(task: Task[..., None], job: int, token: str) -> None:
    """Looks once at an answer that is being made."""
    outcome = client.chat.poll_once(token)
    submitted = client.chat.resume(token).submitted_at
    if outcome.answer is not None:
        finish(job, "done", outcome.answer.text)
    elif outcome.error is not None:
        finish(job, "failed", outcome.error.message)
    elif datetime.now(timezone.utc) - submitted > LONGEST_WAIT:
        finish(job, "failed", "no answer came in time")
    else:
        again(task, outcome.retry_in or FIRST_LOOK)


def again(task: Task[..., None], seconds: float) -> NoReturn:
    """Hands the task back to the broker: the slot is free until then."""
    raise task.retry(countdown=seconds)


if __name__ == "__main__":
    for text in sys.argv[1:]:
        answer.delay(change("INSERT INTO jobs (question) VALUES (?)", text).lastrowid)
