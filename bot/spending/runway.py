"""How long what is left lasts at the pace of the last week, and how much is saved because of that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.ports import Balance
from bot.settings.snapshot import Snapshot, look_now
from bot.spending.budget import Limit, Payer, limits, spent_of
from config import dynamic
from storage import markers, spending
from storage.engines.base import Transaction
from storage.settings import Reach
from storage.spending import BOT, DAY_MS, Spent

_BALANCE, _SAVING = "balance", "saving"
_WEEK = 7
_CALM = 1.25  # how much more than enough it must be before less is saved
_MICRO = 1_000_000
CHEAPER, SHORTER = 1, 2


@dataclass(frozen=True, slots=True)
class Runway:
    """For how many days something lasts, and for how many it should."""

    what: str
    days: float
    enough: float

    @property
    def ratio(self) -> float:
        """Below 1 it ends too early."""
        return self.days / self.enough if self.enough > 0 else 1.0

    @property
    def told(self) -> str:
        """Such as "the balance lasts 2.1 of 3 days"."""
        return f"{self.what} lasts {self.days:.1f} of {self.enough:.1f} days"


@dataclass(frozen=True, slots=True)
class Saving:
    """How much is saved: 0 nothing, CHEAPER models, SHORTER replies too; and why."""

    level: int = 0
    why: str = ""


def keep_balance(tx: Transaction, found: Balance, now: int) -> None:
    """Keep the newest reading."""
    markers.put(tx, _BALANCE, json.dumps(asdict(found) | {"read_at": now}), now)


def balance(tx: Transaction) -> tuple[Balance, int] | None:
    """The newest reading and when it was taken (milliseconds)."""
    text = markers.read(tx, _BALANCE)
    if text is None:
        return None
    kept = json.loads(text)
    return Balance(kept["left"], kept["limit_left"]), kept["read_at"]


def saving(tx: Transaction) -> Saving:
    """How much is saved just now."""
    text = markers.read(tx, _SAVING)
    return Saving(**json.loads(text)) if text else Saving()


def decide(level: int, ratio: float) -> int:
    """More is saved at once, less only when there is clearly enough again. Pure."""
    return max(_level(ratio), min(level, _level(ratio / _CALM)))


def _level(ratio: float) -> int:
    return SHORTER if ratio < 0.5 else CHEAPER if ratio < 1 else 0


def measure(tx: Transaction, defaults: Mapping[str, str], now: int) -> list[Runway]:
    """How long the balance and each budget of the bot's month last."""
    settings = look_now(tx, Reach(""), defaults)
    day = now // DAY_MS
    since = max(day - _WEEK + 1, spending.first_day(tx, BOT, day - _WEEK + 1) or day)
    days = max(1.0, (now - since * DAY_MS) / DAY_MS)
    spent = spending.since(tx, BOT, since)
    of_budgets = [run for limit in limits(settings, Payer(), now) for run in _of_budget(tx, limit, spent, days, now)]
    return [*_of_balance(tx, settings, spent.cost / days), *of_budgets]


def _of_balance(tx: Transaction, settings: Snapshot, per_day: float) -> list[Runway]:
    found, enough = balance(tx), settings[dynamic.RUNWAY_DAYS]
    left = None if found is None else found[0].least
    return [] if left is None or enough is None or not per_day else [Runway("the balance", left / per_day, enough)]


def _of_budget(tx: Transaction, limit: Limit, spent: Spent, days: float, now: int) -> list[Runway]:
    """Of a day's budget nothing, because its end is near by anyway and thrifty_at looks after that."""
    if limit.setting != dynamic.BOT_MONTH_BUDGET.name or limit.opens_at is None:
        return []
    so_far, enough = spent_of(tx, limit), (limit.ends_at - now) / DAY_MS
    parts = ((limit.budget.cost, so_far.cost, spent.cost), (limit.budget.tokens, so_far.tokens, spent.tokens))
    return [
        Runway("the month's budget", max(0, most - used) * days / lately, enough)
        for most, used, lately in parts
        if most is not None and lately
    ]


def changed(tx: Transaction, defaults: Mapping[str, str], now: int) -> Saving | None:
    """How much is to be saved from now on, None where that is as before."""
    found, before = min(measure(tx, defaults, now), key=lambda one: one.ratio, default=None), saving(tx)
    level = decide(before.level, found.ratio) if found else 0
    after = Saving(level, found.told if found and level else "")
    return None if after == before else after


def keep_saving(tx: Transaction, after: Saving, now: int) -> None:
    """Save that much from now on."""
    markers.put(tx, _SAVING, json.dumps(asdict(after)), now)


def told_balance(found: Balance) -> str:
    """What is left, in dollars."""
    parts = ((found.left, "left of the account"), (found.limit_left, "left of the key's limit"))
    return ", ".join(f"${amount / _MICRO:,.2f} {what}" for amount, what in parts if amount is not None) or "not told"


def told_saving(found: Saving) -> str:
    """What is done to save, '' for nothing."""
    what = {CHEAPER: "cheaper models answer first", SHORTER: "cheaper models answer first, and replies are short"}
    return f"{what[found.level]}: {found.why}" if found.level else ""
