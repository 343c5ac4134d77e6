from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The console in a browser: pages, fragments, the live stream."""

    name = "console"

    def ready(self):
        from console import celery  # noqa: F401  (tasks are queued to this application)
        from console.live import doorbell

        doorbell.install()
