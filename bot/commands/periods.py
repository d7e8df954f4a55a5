"""The times that figures may be asked for; days are those of UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.commands.base import Arguments, Option

DAY_MS = 86_400_000
_DAYS = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
USUAL = "7d"
PERIOD = Option(
    "period", "How far back; 7d without it.", required=False, choices=("today", "7d", "30d", "month", "90d")
)
_TOLD = {"today": "today", "month": "this month"}


def days_of(arguments: Arguments, now: int) -> range:
    """The days meant, counted since 1970, to today."""
    today, period = now // DAY_MS, arguments.get("period") or USUAL
    if period == "month":
        return range(today - datetime.fromtimestamp(now / 1000, UTC).day + 1, today + 1)
    return range(today - _DAYS[period] + 1, today + 1)


def told(arguments: Arguments) -> str:
    """The time meant, as a phrase."""
    period = arguments.get("period") or USUAL
    return _TOLD.get(period) or f"in {period.removesuffix('d')} days"


def name_of(day: int) -> str:
    """A day as it is written."""
    return f"{datetime.fromtimestamp(day * DAY_MS / 1000, UTC):%Y-%m-%d}"


def short(day: int) -> str:
    """A day as it stands below a bar."""
    return f"{datetime.fromtimestamp(day * DAY_MS / 1000, UTC):%d %b}"
