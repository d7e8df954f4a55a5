"""Fills a database by the product's own transactions: intake, work, keep and delivery, many to a commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.capabilities.base import Outcome, Reply
from bot.clock import SystemClock
from bot.house import open_database
from bot.intake.accept import Hand, accept
from bot.intake.decide import Answer, Rule
from bot.memory.owing import Patience
from bot.ports import Place, Said, Speaker
from bot.replication.child import Child
from bot.work.keep import Ending, keep
from config.static import read_settings
from storage import outbox, personas, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.work import Lease

_PERSONAS = Path(__file__).parent.parent / "config" / "personas"
_FIRST_ROOM = 10**17
_HOUR_MS = 3_600_000
_PATIENCE = Patience(8760 * _HOUR_MS, 10**9)
_WORDS = "Ada, what do you make of the weather on the moon, and what would you pack for a walk there?"
_ANSWER = "Very little of it, and all of it extreme. I would pack water, patience and somebody good at telling stories."


@dataclass(frozen=True, slots=True)
class Opened:
    """A bot's database, its ids, and the persona that answers."""

    database: Database
    ids: Ids
    persona_id: str
    copying: Child | None = None

    def hand(self, now: int) -> Hand:
        """What hearing needs; the talk of a bench is not read for memories."""
        return Hand(self.ids, now, _PATIENCE)


def opened(path: Path, replica: str = "") -> AbstractAsyncContextManager[Opened]:
    """A file as a starting bot opens it."""
    return opened_url(f"sqlite:///{path}", replica)


@asynccontextmanager
async def opened_url(url: str, replica: str = "") -> AsyncIterator[Opened]:
    """The database as a starting bot opens it: made, migrated, with its personas published, and copied if asked."""
    settings = read_settings({"DATABASE_URL": url, "TROUPE_PERSONAS_DIR": str(_PERSONAS), "REPLICA_URL": replica})
    kept = await open_database(settings, SystemClock())
    try:
        persona = await kept.database.read(personas.called, "", settings.default_persona)
        assert persona is not None  # it is one of the built-in ones
        yield Opened(kept.database, kept.ids, persona.id, kept.replication)
    finally:
        await kept.close()


@dataclass(frozen=True, slots=True)
class Fill:
    """A round of talk: in each of that many channels one message and its reply, ``delivered`` or still owed."""

    persona_id: str
    ids: Ids
    rooms: int
    delivered: bool = True


async def fill(path: Path, messages: int, rooms: int, tick: Callable[[float], None]) -> None:
    """Make a database that holds that many messages, half of them replies."""
    rounds = messages // (2 * rooms)
    async with opened(path) as bot:
        began = SystemClock().now() - rounds * 1000 - _HOUR_MS
        for number in range(rounds):
            await bot.database.write(talk, Fill(bot.persona_id, bot.ids, rooms), number, began + number * 1000)
            tick(number / rounds)


def heard(number: int, room: int, now: int) -> Said:
    """A message of that room's only person."""
    place = Place("discord", str(_FIRST_ROOM + room), "1")
    position = (_FIRST_ROOM << 4) + number
    return Said(f"{number}-{room}", place, Speaker(str(room + 1), f"Person {room}"), _WORDS, now, position)


def talk(tx: Transaction, fill: Fill, number: int, now: int) -> None:
    """One round of talk, as the bot itself would have kept it."""
    for room in range(fill.rooms):
        said, verdict = heard(number, room, now), Answer(fill.persona_id, Rule.NAMED)
        accept(tx, said, verdict, Hand(fill.ids, now, _PATIENCE), move_cursor=True)
    for item in work.claim(tx, Lease("bench", now + _HOUR_MS, now + _HOUR_MS), now, fill.rooms):
        keep(tx, Ending(item, (), lambda _: 2000, fill.ids, now), Outcome(Reply(_ANSWER, "Ada")))
    if not fill.delivered:
        return
    for delivery in outbox.claim(tx, "discord", now + _HOUR_MS, now, fill.rooms):
        outbox.trying(tx, delivery, now)
        outbox.acknowledged(tx, delivery, delivery.id, "channel")
        outbox.sent(tx, delivery, now)
