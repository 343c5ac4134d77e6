"""The people of the demo: staff, clients, writers."""
