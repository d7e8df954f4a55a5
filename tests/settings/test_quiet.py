"""Until when it is quiet, by the clock on the wall."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.quiet import quiet_until
from config.kinds import Daily, Hours

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati")
MINUTES = st.integers(0, 24 * 60 - 1)
MOMENTS = st.integers(1_600_000_000_000, 1_900_000_000_000)


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> int:
    """A moment told by the clock on the wall."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-02T23:59", "2026-03-03T07:00"),
        ("2026-03-03T00:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
        ("2026-12-31T23:00", "2027-01-01T07:00"),
    ],
)
def test_hours_over_midnight_end_in_the_morning(now: str, until: str | None) -> None:
    found = quiet_until(Daily().read("22:00-07:00"), ZoneInfo("Europe/Berlin"), at(now))

    assert found == (at(until) if until else None)


@pytest.mark.parametrize(("now", "quiet"), [("12:59", False), ("13:00", True), ("14:59", True), ("15:00", False)])
def test_hours_within_a_day_end_on_it(now: str, quiet: bool) -> None:
    found = quiet_until(Daily().read("13:00-15:00"), ZoneInfo("Europe/Berlin"), at(f"2026-05-01T{now}"))

    assert found == (at("2026-05-01T15:00") if quiet else None)


def test_hours_to_midnight_end_at_midnight() -> None:
    found = quiet_until(Daily().read("20:00-24:00"), ZoneInfo("Europe/Berlin"), at("2026-05-01T21:00"))

    assert found == at("2026-05-02T00:00")


def test_an_hour_told_twice_is_quiet_to_the_end_of_the_second() -> None:
    hours = Daily().read("02:00-02:30")

    second = quiet_until(hours, ZoneInfo("Europe/Berlin"), at("2026-10-25T02:10", fold=1))

    assert second == at("2026-10-25T02:30", fold=1)


def test_without_hours_it_is_never_quiet() -> None:
    assert quiet_until(None, ZoneInfo("UTC"), at("2026-05-01T03:00")) is None


@given(MINUTES, MINUTES, st.sampled_from(ZONES), MOMENTS)
def test_it_ends_later_than_now_and_within_a_day_and_an_hour(begin: int, end: int, zone: str, now: int) -> None:
    if begin == end:
        return

    until = quiet_until(Hours(begin, end), ZoneInfo(zone), now)

    assert until is None or now < until <= now + 25 * 3_600_000


@given(MINUTES, MINUTES, MOMENTS)
def test_when_it_ends_it_is_quiet_no_more(begin: int, end: int, now: int) -> None:
    hours, zone = Hours(begin, end), ZoneInfo("Asia/Kathmandu")
    until = quiet_until(hours, zone, now) if begin != end else None

    assert until is None or quiet_until(hours, zone, until) is None
