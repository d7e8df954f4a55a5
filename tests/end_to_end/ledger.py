"""Reads what a bot has kept, and waits until it owes nothing any more."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.clock import SystemClock
from bot.house import World
from bot.intake.accept import HELD_MS
from bot.ports import Stages
from storage import bindings, personas
from storage.engines.base import Transaction
from storage.records import Binding
from tests.end_to_end.troupe import Troupe
from tests.storage.outside import Look, Rows
from tests.twin import Channel, Message, Request, Twin

PATIENCE_S = 60.0  # far beyond any answer, so that a busy machine fails nothing
OWING = (
    "SELECT (SELECT count(*) FROM work WHERE state IN ('running', 'retrying') OR (state = 'ready' AND"
    " (run_after <= ? OR (capability = 'chat' AND run_after <= ?))))"
    " + (SELECT count(*) FROM deliveries WHERE state IN ('live', 'owed', 'sending'))"
)


class Steps(Stages):
    """Notes every step the bot takes, and wakes whoever waits for one."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self._pulse = asyncio.Event()

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        self.taken.append((stage, key))
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    def count(self, stage: str) -> int:
        """How often the bot was there."""
        return sum(taken == stage for taken, _ in self.taken)

    async def until(self, stage: str, times: int = 1) -> None:
        """Wait until the bot was there that often."""
        async with asyncio.timeout(PATIENCE_S):
            while self.count(stage) < times:
                await self.next()

    async def next(self) -> None:
        """Wait for the next step."""
        await self._pulse.wait()


def watched(steps: Steps) -> World:
    """A world in which every step is noted."""
    return World(stages=steps, discord_options={"guild_ready_timeout": 0.05})


@dataclass(frozen=True)
class Ledger:
    """A bot's database, read beside it."""

    look: Look

    def rows(self, query: str, *values: object) -> Rows:
        """The answer to a query."""
        return self.look(query, *values)

    def column(self, query: str, *values: object) -> list[Any]:
        """The first column of the answer."""
        return [row[0] for row in self.rows(query, *values)]

    def words(self, role: str = "person", persona: str = "ada") -> list[str]:
        """What was said to or by a persona, in the order kept."""
        return self.column(
            "SELECT m.content FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " JOIN personas p ON p.id = c.persona_id WHERE m.role = ? AND p.name = ? ORDER BY c.id, m.seq",
            role,
            persona,
        )

    async def settled(self, twin: Twin) -> None:
        """Wait until nothing is owed, what waits for the end of its gap included: nothing more will be said."""
        async with asyncio.timeout(PATIENCE_S):
            while self.column(OWING, now := SystemClock().now(), now + HELD_MS) != [0]:
                await _something(twin)

    async def until(self, twin: Twin, query: str, *values: object, within_s: float = PATIENCE_S) -> Rows:
        """Wait until a query has an answer, and give it."""
        async with asyncio.timeout(within_s):
            while not (found := self.rows(query, *values)):
                await _something(twin)
            return found


async def _something(twin: Twin) -> None:
    """Until the twin has news, or it is time to look again: a commit of the bot makes no noise."""
    seen = len(twin.requests)
    try:
        await twin.wait_for(lambda t: len(t.requests) > seen, timeout=0.05)
    except TimeoutError:
        return


def replies(twin: Twin, channel: Channel) -> list[Message]:
    """What the bot or its webhooks said and is still to be seen, in order."""
    return [each for each in twin.visible(channel) if each.webhook or each.author is twin.bot]


def posts(twin: Twin, channel: Channel | None = None) -> list[Request]:
    """The requests that say something new: to a channel, or through any webhook."""
    place = rf"/channels/{channel.id}/messages" if channel else ""
    return [
        request
        for request in twin.requests
        if request.method == "POST" and (request.path == place or _by_webhook(request.path))
    ]


def _by_webhook(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 4 and parts[1] == "webhooks"


def asked(call: Any) -> list[str]:
    """The words of people in one model call, as one text each."""
    return [str(message["content"]) for message in call.body["messages"] if message["role"] == "user"]


async def bind(bot: Troupe, channel: Channel, persona: str = "ada", mode: str = "always") -> None:
    """Let a persona answer everything in a channel, or listen there."""

    def write(tx: Transaction) -> None:
        found = personas.called(tx, str(channel.guild.id) if channel.guild else "", persona)
        assert found is not None
        key = bindings.ChannelKey("discord", str(channel.id), str(channel.guild.id) if channel.guild else "")
        bindings.bind(tx, key, Binding(found.id, mode), by="test", now=1)

    await bot.house.database.write(write)


def keys(message: Message) -> list[str]:
    """The keys of a message's buttons."""
    return [item["custom_id"] for row in message.components for item in row["components"]]
