"""What several capabilities share: finding again what was said."""
