"""Since when and until when something holds, as people say it, counted from the day the message was written. Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.memory.candidate import Kind, When
from bot.memory.dates import last_of, resolve

_DAY = "|".join(name.casefold() for name in calendar.day_name)
_SINCE = re.compile(r"\b(?:ever )?since (?P<x>[^.,;!?]{1,40})")
_UNTIL = re.compile(r"\b(?:until|till) (?P<x>[^.,;!?]{1,40})")
_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_UNIT = r"(?:day|week|month|year)s?"
_LASTED = re.compile(rf"\bfor (?:the (?:last|past) |about |over |almost )?(?P<x>{_COUNT} {_UNIT})\b(?! more)")
_PERFECT = re.compile(r"\b(?:have|has|been)\b|['’]ve\b")
_LASTS = re.compile(
    rf"\bfor (?:the next |another )(?P<x>{_COUNT} {_UNIT})\b|\bfor (?P<y>{_COUNT}) more (?P<z>{_UNIT})\b"
)
_EACH_YEAR = re.compile(r"\b(?:birthday|anniversary|name day|born)\b", re.IGNORECASE)
_PHRASES = (_SINCE, _UNTIL, _LASTED, _LASTS)


@dataclass(frozen=True, slots=True)
class Lasting:
    """Since when it is so and when it is over by itself, in milliseconds; None for what was not said."""

    since: int | None = None
    expires: int | None = None


def lasting(text: str, kind: Kind, happened: When | None, said_at: int, zone: tzinfo = UTC) -> Lasting:
    """As far as these words say; a plan is over when its day is."""
    line = " ".join(text.casefold().split())
    ends = _ends(line, said_at, zone)
    if ends is None and kind == "plan" and happened is not None:
        ends = last_of(happened, zone)
    return Lasting(_began(line, said_at, zone), ends if ends is not None and ends > said_at else None)


def each_year(statement: str, happened: When | None, zone: tzinfo = UTC) -> str:
    """The month and day of a birthday or another anniversary, '' for what has none."""
    if happened is None or happened.precision != "day" or not _EACH_YEAR.search(statement):
        return ""
    return f"{datetime.fromtimestamp(happened.at / 1000, zone):%m-%d}"


def without(text: str) -> str:
    """The text without those words: what holds since or until a day did not happen on it."""
    for phrase in _PHRASES:
        text = re.sub(phrase.pattern, " ", text, flags=re.IGNORECASE)
    return text


def _began(line: str, said_at: int, zone: tzinfo) -> int | None:
    if found := _SINCE.search(line):
        named = re.sub(rf"^({_DAY})\b", r"last \1", found["x"])
        when = resolve(f"since {named}", said_at, zone)
        return None if when is None else _before(when, said_at, zone)
    found = _LASTED.search(line)
    if found is None or not _PERFECT.search(line[: found.start()]):
        return None
    when = resolve(f"{found['x']} ago", said_at, zone)
    return None if when is None else min(when.at, said_at)


def _before(when: When, said_at: int, zone: tzinfo) -> int | None:
    """May is the last one that was."""
    return when.at if when.at <= said_at else _moved(when.at, -1, zone)


def _ends(line: str, said_at: int, zone: tzinfo) -> int | None:
    """What holds until a day holds on it; what holds until a week, a month or a year ends when that begins."""
    if found := _LASTS.search(line):
        when = resolve(f"in {found['x'] or found['y'] + ' ' + found['z']}", said_at, zone)
        return None if when is None else last_of(when, zone)
    if (found := _UNTIL.search(line)) is None:
        return None
    when = resolve(re.sub(rf"^({_DAY})\b", r"on \1", found["x"]), said_at, zone)
    when = when or resolve(f"in {found['x']}", said_at, zone)
    if when is None:
        return None
    at = last_of(when, zone) if when.precision == "day" else when.at
    return at if at > said_at else _moved(at, 1, zone)


def _moved(at: int, years: int, zone: tzinfo) -> int | None:
    moment = datetime.fromtimestamp(at / 1000, zone)
    try:
        return int(moment.replace(year=moment.year + years).timestamp() * 1000)
    except ValueError:  # 29 February
        return None
