"""Starts what is measured: servers, the product, databases of several sizes; reads what processes cost."""
