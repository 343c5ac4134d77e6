"""Importing the package fills the fragment table."""

from console.fragments import dashboard, disputes, notifications, queue, tickets

__all__ = ["dashboard", "disputes", "notifications", "queue", "tickets"]
