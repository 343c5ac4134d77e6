"""Django's PostgreSQL backend, with a limit on waiting for an answer."""
