"""Results as JSON lines, and docs/benchmarks.md made from them."""
