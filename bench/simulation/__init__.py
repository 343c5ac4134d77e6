"""Agents and work made by chance, the same for the same seed."""
