"""Dates as people say them, counted from the day the message was written, by the clock of its place. Pure."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, tzinfo

from bot.memory.candidate import When
from storage.memories import Memory

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = tuple(name.casefold() for name in calendar.month_name)
_COUNTS = {word: count for count, word in enumerate("zero one two three four five six seven eight nine ten".split())}  # noqa: SIM905
_COUNTS |= {"a": 1, "an": 1}
_MONTH = "|".join(_MONTHS[1:])
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?")
_ISO_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_YEAR_ONLY = re.compile(r"^(\d{4})$")
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})(?:,? (\d{{4}}))?\b")
_MONTH_DAY = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b")
_MONTH_YEAR = re.compile(rf"\b(?:in|since|until|last|next|this)? ?({_MONTH})(?: (?:of )?(\d{{4}}))?\b")
_YEAR = re.compile(r"\b(?:in|since|of) (\d{4})\b")
_AGO = re.compile(r"\b(\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (day|week|month|year)s? ago\b")
_AHEAD = re.compile(r"\bin (\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (day|week|month|year)s?\b")
_NEAR = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "the day after tomorrow": 2,
    "tomorrow": 1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
}
_WEEKDAY = re.compile(rf"\b(last|next|this|on)? ?({'|'.join(_DAYS)})\b")
_SPAN = re.compile(r"\b(last|next|this) (week|month|year)\b")


def resolve(text: str, said_at: int, zone: tzinfo = UTC) -> When | None:
    """The first moment a text names, counted from when it was said (milliseconds); None when it names none.

    A day, a month and a year begin at midnight in ``zone``.
    """
    line = " ".join(text.casefold().split())
    said = datetime.fromtimestamp(said_at / 1000, zone)
    for find in (_exact, _named_day, _near, _counted, _weekday, _span, _named_month):
        try:
            found = find(line, said)
        except (ValueError, OverflowError):  # 31 February, or the year 99999
            return None
        if found is not None:
            return found
    return None


def happened_at(memory: Memory) -> int | None:
    """When that which a memory tells happened; None for a summary, whose words say which days it sums up."""
    return None if memory.kind == "summary" else memory.happened_at


def _day(moment: datetime) -> When:
    return When(int(datetime(moment.year, moment.month, moment.day, tzinfo=moment.tzinfo).timestamp() * 1000), "day")


def _week(moment: datetime) -> When:
    """A week is no day: it is told by its month."""
    return When(_day(moment).at, "month")


def _month(year: int, month: int, said: datetime) -> When:
    return When(int(datetime(year, month, 1, tzinfo=said.tzinfo).timestamp() * 1000), "month")


def _year(year: int, said: datetime) -> When:
    return When(int(datetime(year, 1, 1, tzinfo=said.tzinfo).timestamp() * 1000), "year")


def _exact(line: str, said: datetime) -> When | None:
    if found := _ISO.search(line):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if found[4] is None:
            return _day(datetime(year, month, day, tzinfo=said.tzinfo))
        moment = datetime(year, month, day, int(found[4]), int(found[5]), tzinfo=said.tzinfo)
        return When(int(moment.timestamp() * 1000), "minute")
    if found := _ISO_MONTH.match(line):
        return _month(int(found[1]), int(found[2]), said)
    return _year(int(found[1]), said) if (found := _YEAR_ONLY.match(line)) else None


def _named_day(line: str, said: datetime) -> When | None:
    if found := _DAY_MONTH.search(line):
        return _day(datetime(int(found[3] or said.year), _MONTHS.index(found[2]), int(found[1]), tzinfo=said.tzinfo))
    if found := _MONTH_DAY.search(line):
        return _day(datetime(int(found[3] or said.year), _MONTHS.index(found[1]), int(found[2]), tzinfo=said.tzinfo))
    return None


def _near(line: str, said: datetime) -> When | None:
    for words, days in _NEAR.items():
        if re.search(rf"\b{words}\b", line):
            return _day(said + timedelta(days=days))
    return None


def _counted(line: str, said: datetime) -> When | None:
    back, ahead = _AGO.search(line), _AHEAD.search(line)
    found, sign = (back, -1) if back else (ahead, 1)
    if found is None:
        return None
    count = sign * (int(found[1]) if found[1].isdigit() else _COUNTS[found[1]])
    match found[2]:
        case "day":
            return _day(said + timedelta(days=count))
        case "week":
            return _week(said + timedelta(weeks=count))
        case "month":
            return _month(*_moved(said, count), said)
    return _year(said.year + count, said)


def _moved(said: datetime, months: int) -> tuple[int, int]:
    at = said.year * 12 + said.month - 1 + months
    return at // 12, at % 12 + 1


def _weekday(line: str, said: datetime) -> When | None:
    """A bare weekday after "on" is the next one, unless the words speak of what was."""
    found = _WEEKDAY.search(line)
    if found is None or (found[1] is None and not re.search(r"\b(?:was|went|had|did|saw|met|will|going|have)\b", line)):
        return None
    ahead = (_DAYS.index(found[2]) - said.weekday()) % 7
    past = found[1] == "last" or (found[1] in ("on", None) and re.search(r"\b(?:was|went|had|did|saw|met)\b", line))
    return _day(said + timedelta(days=(ahead - 7 if ahead else -7) if past else ahead or 7))


def _span(line: str, said: datetime) -> When | None:
    found = _SPAN.search(line)
    if found is None:
        return None
    step = {"last": -1, "this": 0, "next": 1}[found[1]]
    if found[2] == "week":
        return _week(said + timedelta(weeks=step) - timedelta(days=said.weekday()))
    return _month(*_moved(said, step), said) if found[2] == "month" else _year(said.year + step, said)


def _named_month(line: str, said: datetime) -> When | None:
    """A month or year by name; "may" is a month only with a year or after a preposition."""
    if (found := _MONTH_YEAR.search(line)) and (found[2] or not found[0].strip().startswith(("may", "march"))):
        return _month(int(found[2] or said.year), _MONTHS.index(found[1]), said)
    return _year(int(found[1]), said) if (found := _YEAR.search(line)) else None
