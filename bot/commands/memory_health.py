"""/memory health: how much is remembered, how much of it is of use, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.base import Answer, Arguments, Caller, Command, Office
from bot.commands.words import count
from bot.text.dates import day
from storage import memory_health
from storage.engines.base import Transaction
from storage.memory_health import Health, Share


async def health(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Counts alone: nothing that anybody told."""
    shares, found = await office.database.read(_health)
    whole = sum(one.count for one in shares)
    head = f"**{count(whole, 'memory', 'memories')} in all**"
    return Answer("\n".join([head, *_by_place(shares), *_wrong(found, whole, sum(one.unused for one in shares))]))


def _health(tx: Transaction) -> tuple[list[Share], Health]:
    return memory_health.shares(tx), memory_health.health(tx)


def _by_place(shares: Sequence[Share]) -> list[str]:
    """A line for each kind of place."""
    places: dict[str, list[Share]] = {}
    for one in shares:
        places.setdefault(one.place, []).append(one)
    return [f"- {place}: {', '.join(f'{one.count:,} {one.kind}' for one in found)}" for place, found in places.items()]


def _wrong(found: Health, whole: int, unused: int) -> list[str]:
    share = f"{100 * unused / whole:.0f} %" if whole else "none"
    waits = f"since {day(found.oldest_new)}" if found.oldest_new is not None else "for nothing"
    return [
        f"- never recalled: {share}",
        f"- the same twice, found and merged: {found.duplicates:,}; put away in all: {found.archived:,}",
        f"- contradictions that stand open: {found.contradictions:,}; called wrong: {found.called_wrong:,}; "
        f"to be read again: {found.doubted:,}",
        f"- without a vector: {found.unembedded:,}",
        f"- tidying waits {waits}",
    ]


COMMANDS = (
    Command(
        "memory health",
        "How much is remembered, and what is wrong with it.",
        health,
        operator=True,
        example="/memory health",
        reads=True,
    ),
)
