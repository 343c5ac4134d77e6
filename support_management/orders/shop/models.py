"""The shop as a caller: a token and secrets of a website, no user."""

from django.db import models


class ShopEndpoint(models.Model):
    """A shop's way in. Only the hash of its token is stored; a revoked one has `revoked_at`.

    The secrets sign its webhooks; there are two while they change.
    """

    website = models.ForeignKey("Website", on_delete=models.PROTECT, related_name="shop_endpoints")
    name = models.CharField(max_length=60, blank=True, help_text="What calls, for example the shop's server.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=8, editable=False, help_text="First characters of the token.")
    secret = models.CharField(max_length=100, null=True, blank=True, editable=False)  # noqa: DJ001
    previous_secret = models.CharField(max_length=100, null=True, blank=True, editable=False)  # noqa: DJ001
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_ip = models.GenericIPAddressField("last used from", null=True, blank=True)

    class Meta:
        verbose_name = "shop endpoint"

    def __str__(self):
        return f"{self.website} {self.name or self.hint}"
