"""Programs that run in the environment of a measured product and answer with JSON on their last line."""
