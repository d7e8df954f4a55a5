"""What a call cost, by the price when it is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from config.prices import Prices
from storage.records import ModelCall
from storage.spending import Spent

# What a server refuses, and what never reached one, it takes no money for.
_UNPAID = {"WRONG_KEY", "UNKNOWN_MODEL", "OUT_OF_CREDIT", "RATE_LIMITED", "TOO_LONG", "REFUSED", "UNREACHABLE"}


def priced(call: ModelCall, prices: Prices) -> ModelCall:
    """The call with its cost; what a server did not count is estimated, as its tokens are."""
    if call.outcome in _UNPAID and not call.completion_tokens:
        return replace(call, cost=0)
    price = prices.of(call.model)
    return replace(call, cost=price.cost(call.prompt_tokens, call.completion_tokens, call.cached_tokens))


def total(calls: Iterable[ModelCall]) -> Spent:
    """What they spent together."""
    return sum((Spent(call.prompt_tokens + call.completion_tokens, call.cost) for call in calls), Spent())
