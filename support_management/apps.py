from django.apps import AppConfig


class SupportManagementConfig(AppConfig):
    """The desk itself: what is stored, which rules hold, what happened."""

    name = "support_management"
    verbose_name = "Support management"

    def ready(self):
        from support_management import signals  # noqa: F401  (connects the switchboard)
