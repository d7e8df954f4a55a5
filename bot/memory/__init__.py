"""What several capabilities share: finding again what was said, and what is remembered of it."""
