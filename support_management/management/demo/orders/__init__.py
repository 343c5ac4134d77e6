"""The orders of the demo, their disputes and clocks."""
