"""What every measurement is made of: a figure, the run it belongs to, and the sums over samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound for a figure's value or, with ``of`` ratio, for how it compares with its baseline."""

    sign: Literal["≤", "≥"]
    bound: float
    of: Literal["value", "ratio"] = "value"

    def met(self, figure: Figure) -> bool:
        """Whether this run kept within the bound."""
        found = figure.ratio if self.of == "ratio" else figure.value
        return found is not None and (found <= self.bound if self.sign == "≤" else found >= self.bound)

    def text(self, unit: str) -> str:
        """The bound as people write it."""
        return f"{self.sign} {self.bound:g}×" if self.of == "ratio" else f"{self.sign} {self.bound:g} {unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, one sentence on what was measured, and what it is compared with in the same run."""

    name: str
    value: float
    unit: str
    sentence: str
    baseline: float | None = None
    ratio: float | None = None
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: a folder of its own, ``quick`` for small counts, and ``tick`` for the share done, from 0 to 1."""

    folder: Path
    quick: bool
    tick: Callable[[float], None]

    def count(self, full: int, quick: int) -> int:
        """How often to do something in this run."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rates of two ways to do one thing, measured in turns."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def value(self) -> float:
        """Our median."""
        return median(self.ours)

    @property
    def baseline(self) -> float:
        """Their median."""
        return median(self.theirs)

    @property
    def ratio(self) -> float:
        """The median of each turn's ratio, so that a busy moment of the machine touches both sides."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least so many percent of them do not exceed."""
    ranked = sorted(samples)
    return ranked[max(0, -(-len(ranked) * percent // 100).__trunc__() - 1)]
