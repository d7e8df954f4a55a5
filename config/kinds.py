"""What a setting's value may be: each kind reads what people write and says its bounds in words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

T_co = TypeVar("T_co", covariant=True)
NONE = "none"  # how people write a value that is ''
_DIGITS = 4
_DAY = 24 * 60
_MOST_NAMES = 8
_LONGEST_NAME = 100


class Unfit(ValueError):
    """The text is no value of that kind."""


class Kind(Protocol[T_co]):
    """A kind of value; what ``written`` makes of a value is read as the same value."""

    @property
    def bounds(self) -> str:
        """What it must be, as a phrase that follows "must be"."""
        ...

    @property
    def choices(self) -> tuple[str, ...]:
        """Every value as people write it, empty where there are too many."""
        ...

    def read(self, text: str) -> T_co:
        """The value that the text says; raises Unfit."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds, both included."""

    least: int
    most: int

    @property
    def bounds(self) -> str:
        """Such as "a whole number from 1 to 2,000"."""
        return f"a whole number from {self.least:,} to {self.most:,}"

    @property
    def choices(self) -> tuple[str, ...]:
        """Too many to tell."""
        return ()

    def read(self, text: str) -> int:
        """Digits, as people group them or not; raises Unfit."""
        if not re.fullmatch(r"-?[0-9]{1,3}(?:,?[0-9]{3})*|-?[0-9]{1,15}", text):
            raise Unfit
        return _within(int(text.replace(",", "")), self.least, self.most)


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number within bounds, both included, to four places."""

    least: float
    most: float

    @property
    def bounds(self) -> str:
        """Such as "a number from 0 to 2"."""
        return f"a number from {self.least:g} to {self.most:g}"

    @property
    def choices(self) -> tuple[str, ...]:
        """Too many to tell."""
        return ()

    def read(self, text: str) -> float:
        """Digits with a point or none; raises Unfit."""
        if not re.fullmatch(r"-?[0-9]{1,9}(?:\.[0-9]{1,15})?", text):
            raise Unfit
        return _within(round(float(text), _DIGITS) + 0.0, self.least, self.most)  # + 0.0: there is no minus zero


N = TypeVar("N", int, float)


def _within(number: N, least: float, most: float) -> N:
    if not least <= number <= most:
        raise Unfit
    return number


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    @property
    def bounds(self) -> str:
        """Its two values."""
        return "on or off"

    @property
    def choices(self) -> tuple[str, ...]:
        """Its two values."""
        return ("on", "off")

    def read(self, text: str) -> bool:
        """Also true and false, yes and no; raises Unfit."""
        match text.casefold():
            case "on" | "true" | "yes":
                return True
            case "off" | "false" | "no":
                return False
        raise Unfit


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def bounds(self) -> str:
        """The words."""
        return "one of " + ", ".join(self.words)

    @property
    def choices(self) -> tuple[str, ...]:
        """The words."""
        return self.words

    def read(self, text: str) -> str:
        """The word, whatever its case; raises Unfit."""
        found = next((word for word in self.words if word.casefold() == text.casefold()), None)
        if found is None:
            raise Unfit
        return found


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of every day in minutes after midnight; one that ends before it begins goes over midnight."""

    begin: int
    end: int

    def __str__(self) -> str:
        return f"{_clock(self.begin)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class Daily:
    """A part of every day."""

    @property
    def bounds(self) -> str:
        """How it is written."""
        return "two times of the day such as 22:00-07:00"

    @property
    def choices(self) -> tuple[str, ...]:
        """Too many to tell."""
        return ()

    def read(self, text: str) -> Hours:
        """Two different times; raises Unfit."""
        found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2})", text)
        if found is None:
            raise Unfit
        hour, minute, last_hour, last_minute = map(int, found.groups())
        begin, end = 60 * hour + minute, 60 * last_hour + last_minute
        if max(minute, last_minute) > 59 or begin >= _DAY or end > _DAY or begin == end % _DAY:
            raise Unfit
        return Hours(begin, end % _DAY)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone."""

    @property
    def bounds(self) -> str:
        """How it is written."""
        return "a time zone such as Europe/Berlin or UTC"

    @property
    def choices(self) -> tuple[str, ...]:
        """All that this machine knows; those without a region are old names."""
        return ("UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))

    def read(self, text: str) -> tzinfo:
        """The zone of that name, whatever its case; raises Unfit."""
        if text.upper() == "UTC":
            return UTC
        try:
            return ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            known = next((name for name in self.choices if name.casefold() == text.casefold()), None)
        if known is None:
            raise Unfit
        return ZoneInfo(known)


@dataclass(frozen=True, slots=True)
class Names:
    """Names in an order."""

    @property
    def bounds(self) -> str:
        """How they are written."""
        return "names in their order, separated by commas"

    @property
    def choices(self) -> tuple[str, ...]:
        """Unknown here."""
        return ()

    def read(self, text: str) -> tuple[str, ...]:
        """Each name once; raises Unfit."""
        names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if not 0 < len(names) <= _MOST_NAMES or not all(_is_name(name) for name in names):
            raise Unfit
        return names


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and name.isprintable()


@dataclass(frozen=True, slots=True)
class Maybe(Generic[T_co]):
    """A value of another kind or none; ``without`` says what none means."""

    kind: Kind[T_co]
    without: str

    @property
    def bounds(self) -> str:
        """Those of the other kind, and none."""
        return f"{self.kind.bounds}, or {NONE}"

    @property
    def choices(self) -> tuple[str, ...]:
        """Those of the other kind, and none."""
        return (*self.kind.choices, NONE) if self.kind.choices else ()

    def read(self, text: str) -> T_co | None:
        """None for '' and for "none"; raises Unfit."""
        return None if text.casefold() in ("", NONE) else self.kind.read(text)


def written(value: object) -> str:
    """A value as it is kept; none is ''."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(map(str, value))
    return str(value)
