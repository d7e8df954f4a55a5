"""Times that a text names, as spans, by the clock of a place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

DAY_MS = 86_400_000
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = "|".join(_MONTHS)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"(?i)\b(?:{_DAY}\s+(?:of\s+)?)?({_MONTH})\b(?:\s+{_DAY}\b(?!\s*:))?(?:,?\s*(?:of\s+)?((?:19|20)\d\d)\b)?"
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_AGO = re.compile(r"(?i)\b(\d{1,3}|an?|two|three|four|five|six)\s+(day|week|month|year)s?\s+ago\b")
_LAST = re.compile(r"(?i)\b(?:last|past)\s+(week|month|year)\b")
_NUMBERS = {"a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_WORD = re.compile(r"\w+")
# Words that tell a time alone, and those that do after another one: looked up, as this is asked of many texts at once.
_TELLING = frozenset(
    """
    yesterday today tonight tomorrow ago since recently last next weekend
    monday tuesday wednesday thursday friday saturday sunday
    """.split()  # noqa: SIM905 (a list of words reads better as words)
).union(_MONTHS, map(str, range(1900, 2100)))
# One of these is in whatever tells a time; most texts have none and need not be taken apart.
_HINTS = (*"day night morrow ago since recent last next week month year 19 20".split(), *_MONTHS)  # noqa: SIM905
_LASTING = frozenset(f"{unit}{s}" for unit in _DAYS for s in ("", "s"))
_TOLD = re.compile(r"(?i)\b(?:this|few|past|every|two|three) (?:days?|weeks?|months?|years?)\b")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``first`` to just before ``last``, in milliseconds since the epoch; a day counts from midnight."""

    first: int
    last: int


def spans(text: str, now: int, zone: tzinfo = UTC) -> tuple[Span, ...]:
    """Every time the text names; a month without a year may be that month of any recent year."""
    today = datetime.fromtimestamp(now / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(dict.fromkeys([*_dates(text, today), *_relative(text, today)]))


def tells_time(text: str) -> bool:
    """Whether a text says when something was or will be."""
    small = text.lower()
    if not any(hint in small for hint in _HINTS):
        return False
    said = _WORD.findall(small)
    if not _TELLING.isdisjoint(said):
        return True
    return not _LASTING.isdisjoint(said) and _TOLD.search(text) is not None


def _dates(text: str, today: datetime) -> Iterator[Span]:
    this, zone = today.year, today.tzinfo
    dates = list(_DATE.finditer(text))
    for date in dates:
        if date[2] == "may" and not (date[1] or date[3] or date[4]):
            continue  # the verb, more often than not
        month = _MONTHS.index(date[2].casefold()) + 1
        for year in [int(date[4])] if date[4] else range(this - 4, this + 1):
            yield from _date(year, month, int(date[1] or date[3] or 0), zone)
    if not dates:
        for year in _YEAR.findall(text):
            yield _span(datetime(int(year), 1, 1, tzinfo=zone), datetime(int(year) + 1, 1, 1, tzinfo=zone))


def _date(year: int, month: int, day: int, zone: tzinfo | None) -> Iterator[Span]:
    try:
        first = datetime(year, month, day or 1, tzinfo=zone)
    except ValueError:  # the 31st of June
        return
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    yield _span(first, first + timedelta(days=1) if day else after)


def _relative(text: str, today: datetime) -> Iterator[Span]:
    midnight, a_day = int(today.timestamp() * 1000), timedelta(days=1)
    folded = text.casefold()
    if "yesterday" in folded:
        yield _span(today - a_day, today)
    if re.search(r"\b(?:today|this morning|earlier)\b", folded):
        yield _span(today, today + a_day)
    for found in _LAST.finditer(folded):
        yield Span(midnight - 2 * _DAYS[found[1]] * DAY_MS, midnight - _DAYS[found[1]] // 4 * DAY_MS)
    for found in _AGO.finditer(folded):
        days = (int(found[1]) if found[1].isdigit() else _NUMBERS[found[1]]) * _DAYS[found[2]]
        slack = max(1, _DAYS[found[2]] // 2)
        yield Span(midnight - (days + slack) * DAY_MS, midnight - (days - slack) * DAY_MS)


def _span(first: datetime, last: datetime) -> Span:
    return Span(int(first.timestamp() * 1000), int(last.timestamp() * 1000))
