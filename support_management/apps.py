from django.apps import AppConfig


class SupportManagementConfig(AppConfig):
    """The domain: models, business rules and events."""

    name = "support_management"
    verbose_name = "Support management"

    def ready(self):
        from support_management import signals  # noqa: F401  (registers the handlers)
