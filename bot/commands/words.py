"""Small turns of phrase that answers share. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_MARKS = re.compile(r"([\\*_~`|>#\[\]])")
_UNITS = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"))


def plain(text: str) -> str:
    """The text on one line, without its characters meaning Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def cut(text: str, longest: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def quote(text: str) -> str:
    """The text as a block quote."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def one_of(names: Iterable[str]) -> str:
    """“a, b or c”."""
    return _joined(list(names), "or")


def all_of(names: Iterable[str]) -> str:
    """“a, b and c”."""
    return _joined(list(names), "and")


def _joined(names: list[str], last: str) -> str:
    return " ".join([", ".join(names[:-1]), last, names[-1]]) if len(names) > 1 else "".join(names)


def count(number: int, thing: str, things: str = "") -> str:
    """“1 message”, “1,200 messages”."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def day(at: int) -> str:
    """A moment (milliseconds) in UTC, to the minute."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


_SPAN = re.compile(r"(?:(\d{1,3})w)?(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m(?:in)?)?")
_LONGEST_SPAN = 366 * 86_400_000


def span(text: str) -> int | None:
    """A length of time such as 2h or 1d12h in milliseconds; None where it is none, nothing, or more than a year."""
    found = _SPAN.fullmatch("".join(text.casefold().split()))
    if found is None:
        return None
    weeks, days, hours, minutes = (int(number or 0) for number in found.groups())
    length = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000
    return length if 0 < length <= _LONGEST_SPAN else None


def ago(at: int, now: int) -> str:
    """How long since a moment, in its largest unit."""
    for size, unit in _UNITS:
        if now - at >= size:
            return f"{count((now - at) // size, unit)} ago"
    return "just now"
