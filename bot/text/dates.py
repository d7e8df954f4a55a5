"""Dates as people read them."""

from __future__ import annotations

from datetime import UTC, datetime


def day(at: int) -> str:
    """A time in milliseconds since the epoch as its day in UTC: 8 May 2023."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return f"{moment.day} {moment:%B %Y}"
