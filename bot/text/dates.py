"""Dates as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def day(at: int, zone: tzinfo = UTC) -> str:
    """A time in milliseconds since the epoch as the day it was there: 8 May 2023."""
    moment = datetime.fromtimestamp(at / 1000, zone)
    return f"{moment.day} {moment:%B %Y}"
