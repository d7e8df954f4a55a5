"""Whether a call may be made by every budget that concerns it, and what it holds of them until it is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.settings.snapshot import Snapshot
from config import dynamic
from config.budgets import Budget
from config.dynamic import Setting
from storage import spending
from storage.engines.base import Transaction
from storage.spending import BOT, DAY_MS, Spent

_BUDGETS = (
    dynamic.BOT_DAY_BUDGET,
    dynamic.BOT_MONTH_BUDGET,
    dynamic.GUILD_DAY_BUDGET,
    dynamic.GUILD_MONTH_BUDGET,
    dynamic.PERSON_DAY_BUDGET,
    dynamic.PERSON_MONTH_BUDGET,
)


@dataclass(frozen=True, slots=True)
class Payer:
    """For whom a call is made; ids are '' where there is none."""

    person_id: str = ""
    platform: str = ""
    guild_id: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget that holds for a subject from the day ``since`` on until ``ends_at`` (milliseconds)."""

    setting: str
    subject: str
    budget: Budget
    since: int
    ends_at: int

    def fits(self, spent: Spent) -> bool:
        """Whether that much may be spent by its end."""
        return _within(spent.tokens, self.budget.tokens) and _within(spent.cost, self.budget.cost)

    def share(self, spent: Spent) -> float:
        """Which part of it that is, 1 for all of it."""
        return max(_part(spent.tokens, self.budget.tokens), _part(spent.cost, self.budget.cost))

    @property
    def opens_at(self) -> int | None:
        """When there is something to spend again, None where there is never anything."""
        return None if 0 in (self.budget.tokens, self.budget.cost) else self.ends_at


def _within(spent: int, most: int | None) -> bool:
    return most is None or spent <= most


def _part(spent: int, most: int | None) -> float:
    return 0.0 if most is None else spent / most if most else float(spent > 0)


@dataclass(frozen=True, slots=True)
class Claim:
    """What wants to be spent: by whom (``holder``), for whom, at most how much, and until when it is over.

    ``thrifty`` is the same by a cheaper model, None where there is none. ``already`` was spent by the same holder and
    is not counted yet.
    """

    holder: str
    limits: tuple[Limit, ...]
    most: Spent
    thrifty: Spent | None
    thrifty_at: int
    already: Spent
    until: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """It may be made, and what it may cost is held; ``thrifty`` says that it is to be the cheaper one."""

    thrifty: bool


@dataclass(frozen=True, slots=True)
class Busy:
    """There may be room when what runs just now is over."""


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The budget is spent; it opens again then, or never by itself (None)."""

    limit: Limit

    @property
    def opens_at(self) -> int | None:
        """When there is something to spend again (milliseconds)."""
        return self.limit.opens_at


class Declined(Exception):
    """A call was not made, because a budget does not allow it (now)."""

    def __init__(self, verdict: Busy | Exhausted) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict


def is_set(settings: Snapshot) -> bool:
    """Whether anything is bounded at all."""
    return any(settings.texts[setting.name] for setting in _BUDGETS)


def limits(settings: Snapshot, payer: Payer, now: int) -> tuple[Limit, ...]:
    """Every budget that is set and concerns these, in the order of their subjects. Pure."""
    subjects = {
        BOT: (dynamic.BOT_DAY_BUDGET, dynamic.BOT_MONTH_BUDGET),
        spending.of_guild(payer.platform, payer.guild_id): (dynamic.GUILD_DAY_BUDGET, dynamic.GUILD_MONTH_BUDGET),
        spending.of_person(payer.person_id): (dynamic.PERSON_DAY_BUDGET, dynamic.PERSON_MONTH_BUDGET),
    }
    if not payer.guild_id:
        del subjects[spending.of_guild(payer.platform, "")]
    if not payer.person_id:
        del subjects[spending.of_person("")]
    return tuple(
        limit
        for subject in sorted(subjects)
        for setting, span in zip(subjects[subject], (_day, _month), strict=True)
        if (limit := _limit(settings, setting, subject, span(now))) is not None
    )


def _limit(settings: Snapshot, setting: Setting[Budget | None], subject: str, span: tuple[int, int]) -> Limit | None:
    budget = settings[setting]
    return None if budget is None else Limit(setting.name, subject, budget, *span)


def _day(now: int) -> tuple[int, int]:
    day = now // DAY_MS
    return day, (day + 1) * DAY_MS


def _month(now: int) -> tuple[int, int]:
    moment = datetime.fromtimestamp(now / 1000, UTC)
    first = datetime(moment.year, moment.month, 1, tzinfo=UTC)
    following = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
    return int(first.timestamp()) * 1000 // DAY_MS, int(following.timestamp()) * 1000


def admit(tx: Transaction, claim: Claim, now: int) -> Admitted | Busy | Exhausted:
    """Hold what the call may cost, if every budget has room for it and for all that others hold."""
    subjects = sorted({limit.subject for limit in claim.limits})
    for subject in subjects:
        spending.add(tx, subject, Spent(), now)  # first, because it lets one claim follow the other
    taken = [_taken(tx, limit, claim, now) for limit in claim.limits]
    most, thrifty = claim.most, False
    if claim.thrifty is not None and any(
        limit.share(spent + held + most) * 100 >= claim.thrifty_at for limit, spent, held in taken
    ):
        most, thrifty = claim.thrifty, True
    closed = [limit for limit, spent, _ in taken if not limit.fits(spent + most)]
    if closed:
        return Exhausted(max(closed, key=_latest))
    if any(not limit.fits(spent + held + most) for limit, spent, held in taken):
        return Busy()
    for subject in subjects:
        spending.hold(tx, claim.holder, subject, claim.already + most, claim.until)
    return Admitted(thrifty)


def _taken(tx: Transaction, limit: Limit, claim: Claim, now: int) -> tuple[Limit, Spent, Spent]:
    spent = spending.since(tx, limit.subject, limit.since) + claim.already
    return limit, spent, spending.held(tx, limit.subject, claim.holder, now)


def _latest(limit: Limit) -> float:
    return float("inf") if limit.opens_at is None else limit.opens_at


def closed(tx: Transaction, found: Iterable[Limit]) -> Limit | None:
    """The budget of which nothing is left that opens last, None where there is something of each."""
    return max((limit for limit in found if _used_up(limit, spent_of(tx, limit))), key=_latest, default=None)


def spent_of(tx: Transaction, limit: Limit) -> Spent:
    """What was spent of it so far."""
    return spending.since(tx, limit.subject, limit.since)


def _used_up(limit: Limit, spent: Spent) -> bool:
    budget = limit.budget
    by_tokens = budget.tokens is not None and spent.tokens >= budget.tokens
    return by_tokens or (budget.cost is not None and spent.cost >= budget.cost)


def told(limit: Limit) -> str:
    """When there is something to spend again, as people read it."""
    if limit.opens_at is None:
        return "when my operator allows it"
    return f"from {datetime.fromtimestamp(limit.opens_at / 1000, UTC):%d %B, %H:%M} UTC on".replace("from 0", "from ")
