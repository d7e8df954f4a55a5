"""Tidies what is remembered of a scene, a part at a time."""
