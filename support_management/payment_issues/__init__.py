"""Payment issues of orders: contacts and retries with a next date, escalation, resolution with its money."""
