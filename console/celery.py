"""The Celery application. A task only says "look now"; what is due is read from the database."""

import logging

from celery import Celery, signals

from console import broker
from console.startup import load_settings

log = logging.getLogger(__name__)
load_settings()
broker.install()
app = Celery("console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["support_management"])


@signals.setup_logging.connect
def keep_our_handlers(loglevel=None, **_):
    """Worker and beat log as every process does: Celery would add handlers of its own, which fold nothing."""
    logging.getLogger().setLevel(loglevel or logging.INFO)


@signals.task_prerun.connect
def begin_context(task=None, **_):
    """Mark audit entries written by a task as such."""
    from support_management.core import request_context

    request_context.begin(door="task", request_id=task.request.id or "", cause=task.name.rpartition(".")[2])


@signals.task_postrun.connect
def worker_is_alive(task=None, state="", **_):
    """In a worker, count every task that has ended as a heartbeat, whatever became of it."""
    _beat("worker", task=task.name, state=state)


@signals.worker_init.connect
@signals.beat_init.connect
def stop_on_a_newer_database(**_):
    """Worker and beat look before they begin, as the web process does."""
    from support_management.core import applied_migrations

    applied_migrations.stop_if_newer()


def message_is_taken(sender="", **_):
    """Count a message that the broker has taken as a heartbeat of beat."""
    _beat("beat", task=sender)


@signals.beat_init.connect
def beat_begins(**_):
    """Only in the beat process: other processes send nothing that shows that beat lives."""
    signals.after_task_publish.connect(message_is_taken)


def _beat(part: str, **facts) -> None:
    from django.db import connection

    from support_management.core import heartbeats

    try:
        # Beat has no requests or tasks that would replace a connection that was lost.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        heartbeats.beat_every(5, part, **facts)
    except Exception as error:  # the work itself has its own errors, and its own heartbeat
        log.warning("the heartbeat of %s cannot be stored: %s", part, error)
