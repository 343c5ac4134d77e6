"""The index: one row of words for a ticket and each of its messages, an order, a dispute, a person.

On SQLite each table is an FTS5 table, on PostgreSQL `words` is a `tsvector` with an index. Both hold words that
`search.words` has made: neither database splits or folds anything itself, so both find the same.
"""

from django.db import models

MESSAGES = 2**32
"""Room for the messages of a ticket: the ticket's own entry is `pk * MESSAGES`, that of a message `+ its pk`."""


class WordsField(models.TextField):
    """A set of words."""

    def db_type(self, connection):
        return "tsvector" if connection.vendor == "postgresql" else "text"


class Entry(models.Model):
    """`rowid` is the key of the row that the words are from, so the newest come last."""

    rowid = models.BigIntegerField(primary_key=True)
    words = WordsField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self):
        return str(self.rowid)


class TicketEntry(Entry):
    """Words of a ticket (`MESSAGES`) or of one of its messages."""


class OrderEntry(Entry):
    """Words of an order."""


class DisputeEntry(Entry):
    """Words of a dispute."""


class PersonEntry(Entry):
    """Words of a person."""
