"""Tidies what is remembered of a scene: what is there twice, what is over, what recurs, what nobody uses."""
