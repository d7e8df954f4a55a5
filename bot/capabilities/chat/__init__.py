"""A persona answers what was said to it."""
