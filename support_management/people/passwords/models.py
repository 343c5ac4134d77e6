"""Failed and running password checks."""

from django.db import models

from support_management.core.time import now


class PasswordAttempt(models.Model):
    """A failed check of a password, or one that is running. A right password deletes its row.

    `account` is a keyed hash: people type passwords into the wrong field. `network`: the client's address, for IPv6 its
    /64; empty without an address.
    """

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=43)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="attempts_of_account"),
            models.Index(fields=["network", "at"], name="attempts_from_network"),
            models.Index(fields=["at"], name="attempt_age"),
        ]

    def __str__(self):
        return f"{self.account[:8]} from {self.network}"
