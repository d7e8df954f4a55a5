"""What a picture shows: figures by day, and figures side by side. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strand:
    """One name with a figure for each day, None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ByDay:
    """Bars that stand on one another, and lines over them by a scale of their own."""

    title: str
    days: tuple[str, ...]
    bars: tuple[Strand, ...]
    lines: tuple[Strand, ...] = ()
    dollars: bool = False
    lines_title: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Names with a figure each, the largest first."""

    title: str
    rows: tuple[tuple[str, float], ...]
    dollars: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture: the first panel over the whole width, the others below it."""

    title: str
    first: ByDay
    below: tuple[ByDay | Ranked, ...] = ()
