"""Importing the package fills the fragment table."""

from console.fragments import dashboard, disputes, queue, tickets

__all__ = ["dashboard", "disputes", "queue", "tickets"]
