"""What is wrong just now: budgets, models, late work, the copy and its drill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.breakers import FAILURES
from bot.health.vitals import Part
from bot.settings.snapshot import look_now
from bot.spending.budget import Limit, Payer, limits, spent_of
from bot.spending.runway import saving, told_saving
from config import dynamic
from storage import drills, settings, spending, usage
from storage.alerts import Alarm
from storage.engines.base import Transaction
from storage.settings import Reach
from storage.spending import DAY_MS
from storage.usage import Answered

_MINUTE_MS = 60_000
_RATE_MS = 15 * _MINUTE_MS
_REST_MS = 60 * _MINUTE_MS
_LEAST_CALLS = 10  # of fewer nothing can be told
_FAILED_PERCENT = 25
_MONTH = 31
_MOST_GUILDS = 500
_PARTS = {"work": ("queue", "Work is late"), "backup": ("copy", "The copy of the database is behind")}


def of_parts(parts: Iterable[Part]) -> list[Alarm]:
    """Work that waits too long, and a copy that is far behind or stands still. Pure."""
    return [Alarm(_PARTS[part.name][0], "", f"{_PARTS[part.name][1]}: {part.told}") for part in parts if _wrong(part)]


def _wrong(part: Part) -> bool:
    return part.name in _PARTS and not part.ok


def of_kept(tx: Transaction, defaults: Mapping[str, str], now: int) -> list[Alarm]:
    """What the database itself tells."""
    return [
        *_budgets(tx, defaults, now),
        *_errors(usage.answered(tx, now - _RATE_MS)),
        *_resting(tx, now),
        *_drill(tx),
        *_saving(tx),
    ]


def _budgets(tx: Transaction, defaults: Mapping[str, str], now: int) -> list[Alarm]:
    if not settings.generation(tx):
        return []  # nobody has ever set one
    everywhere = look_now(tx, Reach(""), defaults)
    found = [(limit, everywhere[dynamic.THRIFTY_AT]) for limit in limits(everywhere, Payer(), now)]
    for subject in spending.guilds(tx, now // DAY_MS - _MONTH, _MOST_GUILDS):
        _, platform, guild_id = subject.split(":", 2)
        there = look_now(tx, Reach(platform, guild_id=guild_id), defaults)
        of_guild = limits(there, Payer(platform=platform, guild_id=guild_id), now)
        found += [(limit, there[dynamic.THRIFTY_AT]) for limit in of_guild if limit.subject == subject]
    return [alarm for limit, near in found for alarm in _budget(tx, limit, near)]


def _budget(tx: Transaction, limit: Limit, near: int) -> list[Alarm]:
    """One when it is nearly spent, and another when it is; one of nothing at all is no news."""
    percent = int(limit.share(spent_of(tx, limit)) * 100)
    if limit.opens_at is None or percent < near:
        return []
    whose = limit.subject.replace(":", " ", 1)
    told = f"{percent} % of {limit.setting} ({limit.budget}) of the {whose} is spent"
    scope = f"{limit.subject} {limit.setting}"
    spent = [Alarm("budget_spent", scope, f"{told}, and personas decline")] if percent >= 100 else []
    return [Alarm("budget_near", scope, told), *spent]


def _errors(answered: Iterable[Answered]) -> list[Alarm]:
    return [
        Alarm("errors", one.model, f"{one.calls - one.answered} of {one.calls} calls of {one.model} failed lately")
        for one in answered
        if one.calls >= _LEAST_CALLS and (one.calls - one.answered) * 100 >= _FAILED_PERCENT * one.calls
    ]


def _resting(tx: Transaction, now: int) -> list[Alarm]:
    """Models whose breaker is open, as their calls tell it, whichever process made them."""
    return [
        Alarm("breaker", one.name, f"{one.name} rests: it failed {one.count} times in a row")
        for one in usage.failing(tx, now - _REST_MS, FAILURES)
    ]


def _drill(tx: Transaction) -> list[Alarm]:
    last = drills.last(tx)
    return [] if last is None or last.passed else [Alarm("drill", "", f"The restore drill failed: {last.sentence}")]


def _saving(tx: Transaction) -> list[Alarm]:
    """What is left ends too early, so that something is saved."""
    told = told_saving(saving(tx))
    return [Alarm("runway", "", f"Money runs short, so {told}")] if told else []
