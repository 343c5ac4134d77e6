from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SupportManagementConfig(AppConfig):
    """The domain: models, business rules and events."""

    name = "support_management"
    verbose_name = "Support management"

    def ready(self):
        from support_management import signals  # noqa: F401  (registers the handlers)
        from support_management.audit.triggers import install

        post_migrate.connect(install.after_migrate, sender=self)
