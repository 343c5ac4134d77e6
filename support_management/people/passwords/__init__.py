"""Passwords: how often somebody may guess, how many are hashed at once, which ones are too weak."""
