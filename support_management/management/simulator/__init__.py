"""Clients, writers and agents who use the running product through its REST API."""
