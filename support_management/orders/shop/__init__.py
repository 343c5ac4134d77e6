"""The shop of a website as a caller of the API."""
