"""Load clients: WebSockets, REST clients, publishers."""
