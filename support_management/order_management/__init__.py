"""What support does with an order: guarded actions, each with its reason, and ten seconds in which to undo it."""
