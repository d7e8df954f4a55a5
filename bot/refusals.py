"""What keeps the bot from starting, or an order from being done."""

from __future__ import annotations


class CannotStart(Exception):
    """One sentence that says what is wrong and what to do."""
