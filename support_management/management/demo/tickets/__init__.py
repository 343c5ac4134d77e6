"""The tickets of the demo, from the plan to the rows."""
