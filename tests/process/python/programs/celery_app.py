"""A Celery application that makes its client at import, and uses it before the fork."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import worker_init
from uppzy import PollSchedule, Uppzy

app = Celery(broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.update(
    broker_connection_retry_on_startup=False,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
)
# The sandbox has its answers at once.
client = Uppzy(poll=PollSchedule(first=0.05))


@worker_init.connect
def use_before_fork(**_: object) -> None:
    """Start the runtime and open a connection in the parent."""
    client.tenant.limits()


@app.task
def ask(number: int) -> tuple[int, str]:
    """Ask a question in a child."""
    answer = client.chat.ask("Hello?", session_id=f"celery-{number}")
    return os.getpid(), answer.session_id


@app.task
def refused() -> None:
    """Fail as a revoked key makes every call fail."""
    client.for_site("another-site").chat.ask("Hello?", session_id="refused")


@app.task
def parent() -> int:
    """Say which process the children were forked from."""
    return os.getppid()
