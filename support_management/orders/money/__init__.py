"""What was paid for an order, what goes back of it, and what the shop confirms."""
