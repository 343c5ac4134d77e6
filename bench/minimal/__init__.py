"""The least a Django view can do over the same rows: what the product's pages and changes are measured beside."""
