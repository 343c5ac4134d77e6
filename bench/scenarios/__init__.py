"""One module for each name of `python -m bench NAME`: what is measured, and the bounds of its figures."""
