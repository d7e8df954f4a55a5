"""What is held of budgets for calls that no work makes, such as those of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.settings.snapshot import look_now
from bot.spending.budget import Admitted, Busy, Claim, Exhausted, Payer, admit, limits
from config import dynamic
from config.prices import Prices
from storage import people, spending
from storage.engines.base import Transaction
from storage.settings import Reach
from storage.spending import BOT, Spent


@dataclass(frozen=True, slots=True)
class Advance:
    """For whom, by which models, how many tokens at most are read and written, and until when it must be over."""

    holder: str
    reach: Reach
    models: tuple[str, ...]
    reads: int
    writes: int
    until: int


def take(
    tx: Transaction, wanted: Advance, defaults: Mapping[str, str], prices: Prices, now: int
) -> tuple[Admitted | Busy | Exhausted, str]:
    """Hold it if every budget has room; with it the cheaper model to make it where one is near its end, else ''."""
    settings = look_now(tx, wanted.reach, defaults)
    cheap = next((name for name in settings[dynamic.THRIFTY_MODELS] or () if name in wanted.models), "")
    claim = Claim(
        holder=wanted.holder,
        limits=limits(settings, _payer(tx, wanted.reach), now),
        most=_most(wanted, wanted.models[0], prices),
        thrifty=_most(wanted, cheap, prices) if cheap else None,
        thrifty_at=settings[dynamic.THRIFTY_AT],
        already=Spent(),
        until=wanted.until,
    )
    verdict = admit(tx, claim, now)
    return verdict, cheap if isinstance(verdict, Admitted) and verdict.thrifty else ""


def settle(tx: Transaction, wanted: Advance, spent: Spent, now: int) -> None:
    """Count what it came to for everybody it concerns, and hold nothing any more."""
    payer = _payer(tx, wanted.reach)
    subjects = {BOT}
    subjects |= {spending.of_guild(payer.platform, payer.guild_id)} if payer.guild_id else set()
    subjects |= {spending.of_person(payer.person_id)} if payer.person_id else set()
    for subject in sorted(subjects):
        spending.add(tx, subject, spent, now)
    spending.release(tx, wanted.holder)


def _payer(tx: Transaction, reach: Reach) -> Payer:
    person = people.known(tx, reach.platform, reach.person)
    return Payer(person.id if person else "", reach.platform, reach.guild_id)


def _most(wanted: Advance, model: str, prices: Prices) -> Spent:
    return Spent(wanted.reads + wanted.writes, prices.of(model).cost(wanted.reads, wanted.writes))
