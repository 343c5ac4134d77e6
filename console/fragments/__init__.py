"""Importing the package fills the fragment table."""

from console.fragments import clocks, dashboard, disputes, notifications, offers, queue, sla, team, tickets

__all__ = ["clocks", "dashboard", "disputes", "notifications", "offers", "queue", "sla", "team", "tickets"]
