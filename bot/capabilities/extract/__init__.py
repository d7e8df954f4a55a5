"""Draws memories from what was said since the last time."""
