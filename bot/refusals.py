"""What keeps the bot from starting."""

from __future__ import annotations


class CannotStart(Exception):
    """One sentence that says what is wrong and what to do."""
