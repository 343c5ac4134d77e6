"""The Celery application. A task only says "look now"; what is due is read from the database."""

import os

from celery import Celery, signals

from console import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

broker.install()
app = Celery("console")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["support_management"])


@signals.task_prerun.connect
def begin_context(task=None, **_):
    """Mark audit entries written by a task as such."""
    from support_management.core import request_context

    request_context.begin(door="task", request_id=task.request.id or "")


@signals.beat_init.connect
def beat_is_alive(**_):
    """In the beat process, count every published message as a heartbeat."""
    from support_management.core import heartbeats

    @signals.before_task_publish.connect(weak=False)
    def sent(**_):
        heartbeats.beat_every(5, "beat")
