"""Measures the product, as ratios to references of the same run. `make bench`, or `python -m bench --quick`."""
