"""Measures the desk: ratios to references of the same run. `make bench`, or `python -m bench --quick`."""
