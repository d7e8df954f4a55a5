"""What was spent by whom on which day, and what calls that run just now may cost at most."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

BOT = "bot"
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens in and out, and millionths of a dollar."""

    tokens: int = 0
    cost: int = 0

    def __add__(self, more: Spent) -> Spent:
        return Spent(self.tokens + more.tokens, self.cost + more.cost)


def of_guild(platform: str, guild_id: str) -> str:
    """A guild as it stands in these tables."""
    return f"guild:{platform}:{guild_id}"


def of_person(person_id: str) -> str:
    """A person as they stand in these tables."""
    return f"person:{person_id}"


def add_of_work(tx: Transaction, work_id: str, spent: Spent, now: int) -> None:
    """Count it for the bot, and for the guild and the person of that work; others who count wait until we end."""
    tx.run("spending.add_of_work", work_id=work_id, day=now // DAY_MS, tokens=spent.tokens, cost=spent.cost)


def add(tx: Transaction, subject: str, spent: Spent, now: int) -> None:
    """Count it for one; of several, count in the order of their names, and nobody waits for who waits for them.

    Nothing at all, too, lets nobody else count for them before this transaction ends.
    """
    tx.run("spending.add", subject=subject, day=now // DAY_MS, tokens=spent.tokens, cost=spent.cost)


def since(tx: Transaction, subject: str, day: int) -> Spent:
    """What was spent from that day on."""
    return tx.one(Spent, "spending.since", subject=subject, day=day) or Spent()


def held(tx: Transaction, subject: str, holder: str, now: int) -> Spent:
    """What the calls of others, that run now, may cost."""
    return tx.one(Spent, "spending.held", subject=subject, holder=holder, now=now) or Spent()


def hold(tx: Transaction, holder: str, subject: str, most: Spent, until: int) -> None:
    """Hold that much, and nothing else, until then or the holder's end."""
    tx.run("spending.hold", holder=holder, subject=subject, tokens=most.tokens, cost=most.cost, held_until=until)


def release(tx: Transaction, holder: str) -> None:
    """Hold nothing any more."""
    tx.run("spending.release", holder=holder)


def let_go(tx: Transaction, before: int, now: int) -> int:
    """Forget days before then, and what nobody holds any more; returns how many rows that is."""
    gone = tx.run("spending.let_held_go", now=now)
    return gone + tx.run("spending.let_days_go", day=before // DAY_MS)
