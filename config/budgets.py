"""How much may be spent in a time: in dollars, in tokens or in both. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.kinds import Unfit

_MICRO = 1_000_000
_MOST = 10**12
_DOLLARS = re.compile(r"\$ ?([0-9]{1,6}(?:\.[0-9]{1,6})?)")
_TOKENS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12}) ?tokens?")


@dataclass(frozen=True, slots=True)
class Budget:
    """At most that many tokens and millionths of a dollar; None is no bound, 0 is nothing at all."""

    tokens: int | None
    cost: int | None

    def __str__(self) -> str:
        if self.tokens == self.cost == 0:
            return "0"
        parts = [] if self.cost is None else [f"${self.cost / _MICRO:.6f}".rstrip("0").rstrip(".")]
        return ", ".join([*parts, *([] if self.tokens is None else [f"{self.tokens} tokens"])])


@dataclass(frozen=True, slots=True)
class Spendable:
    """A budget."""

    @property
    def bounds(self) -> str:
        """How it is written."""
        return "dollars, tokens or both such as $1.50, 20000 tokens"

    @property
    def choices(self) -> tuple[str, ...]:
        """Too many to tell."""
        return ()

    def read(self, text: str) -> Budget:
        """Dollars, tokens or both; 0 alone is neither. Raises Unfit."""
        if re.fullmatch(r"\$?0", text):
            return Budget(0, 0) if text == "0" else Budget(None, 0)
        dollars, tokens = _DOLLARS.search(text), _TOKENS.search(text)
        rest = _TOKENS.sub("", _DOLLARS.sub("", text)).replace("and", "").strip(" ,")
        if rest or len(_DOLLARS.findall(text)) > 1 or len(_TOKENS.findall(text)) > 1 or not (dollars or tokens):
            raise Unfit
        cost = round(float(dollars[1]) * _MICRO) if dollars else None
        most = int(tokens[1].replace(",", "")) if tokens else None
        if (most or 0) > _MOST:
            raise Unfit
        return Budget(most, cost)
