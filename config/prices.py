"""What models cost: a file of prices that an operator may edit. Pure but for reading it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

PRICES_FILE = Path("config/prices.toml")
_KINDS = ("input", "cached", "output")
_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8})$")


class PricesWrong(ValueError):
    """The file can't be used; the message says why, without the file's name."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens, which is millionths of a dollar for one."""

    input: float = 0.0
    cached: float = 0.0
    output: float = 0.0

    def cost(self, prompt: int, completion: int, cached: int = 0) -> int:
        """Millionths of a dollar for that many tokens, rounded up; ``cached`` are those of the prompt read before."""
        return math.ceil((prompt - cached) * self.input + cached * self.cached + completion * self.output)


_NOTHING = Price()


@dataclass(frozen=True, slots=True)
class Prices:
    """By model; those that are ``free`` cost nothing unless they are listed."""

    listed: Mapping[str, Price] = field(default_factory=dict)
    free: frozenset[str] = frozenset()

    def of(self, model: str) -> Price:
        """The price of that model; of one that nobody listed the dearest of all."""
        bare = model.rpartition("/")[2]
        for name in (model, bare, _DATED.sub("", bare)):
            if name in self.listed:
                return self.listed[name]
        return _NOTHING if model in self.free else self._dearest()

    def _dearest(self) -> Price:
        known = self.listed.values()
        return Price(*(max((getattr(one, kind) for one in known), default=0.0) for kind in _KINDS))


def read_prices(path: Path) -> Prices:
    """The prices of a file; raises PricesWrong."""
    try:
        return _understood(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PricesWrong(f"can't be read ({error})") from error


@lru_cache(maxsize=1)  # a start asks twice: whether they can be used, and what they are
def _understood(text: str) -> Prices:
    tables = tomllib.loads(text)
    return Prices({name: _price(name, table) for name, table in tables.items()})


def _price(name: str, table: object) -> Price:
    if not isinstance(table, dict) or not {"input", "output"} <= table.keys() <= set(_KINDS):
        raise PricesWrong(f"must give {name} the prices input and output, and cached at most")
    return Price(*(_dollars(name, kind, table.get(kind, table["input"])) for kind in _KINDS))


def _dollars(name: str, kind: str, told: object) -> float:
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 1_000_000:
        raise PricesWrong(f"must give the {kind} of {name} in dollars for a million tokens, 0 or more")
    return float(told)
