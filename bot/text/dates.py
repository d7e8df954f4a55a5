"""Dates as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def day(at: int, zone: tzinfo = UTC) -> str:
    """A time in milliseconds since the epoch as the day it was there: 8 May 2023."""
    moment = datetime.fromtimestamp(at / 1000, zone)
    return f"{moment.day} {moment:%B %Y}"


def told_on(said_at: int, happened_at: int | None, precision: str, zone: tzinfo = UTC) -> str:
    """When something was said and, where it is another time, when it happened, as precisely as that is known."""
    return f"said on {day(said_at, zone)}{other_day(said_at, happened_at, precision, zone)}"


def other_day(said_at: int, happened_at: int | None, precision: str, zone: tzinfo = UTC) -> str:
    """When it happened, to be put after when it was said; '' where that tells nothing more."""
    if happened_at is None or _as_known(happened_at, precision, zone) == _as_known(said_at, precision, zone):
        return ""
    happened = "to happen" if happened_at > said_at else "happened"
    return f"; {happened} {_as_known(happened_at, precision, zone)}"


def _as_known(at: int, precision: str, zone: tzinfo) -> str:
    moment = datetime.fromtimestamp(at / 1000, zone)
    if precision == "year":
        return f"in {moment.year}"
    return f"in {moment:%B %Y}" if precision == "month" else f"on {day(at, zone)}"
