"""Processes of several roles on one Postgres, started, killed and asked what they have kept."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

import psycopg

from tests.fakes.model_server import ModelServer
from tests.nursery import Born, bear
from tests.twin import Channel, Message, Twin

# Crashes cost tries, and a short lease lets the others take over while the test waits.
_PATIENT = {
    "TROUPE_WORK_ATTEMPTS": "20",
    "TROUPE_RETRY_WAIT_SECONDS": "0",
    "TROUPE_MODEL_CALL_SECONDS": "9",
    "TROUPE_MODEL_FIRST_TOKEN_SECONDS": "9",
    "TROUPE_MODEL_STALL_SECONDS": "9",
    "TROUPE_LEASE_SECONDS": "4",
    "TROUPE_MEMORY_PAUSE_SECONDS": "86400",
    "TROUPE_MEMORY_TURNS": "100000",
}
_PATIENCE_S = 60.0
_SETTLED = """
SELECT (SELECT count(*) FROM messages WHERE role = 'person'),
       (SELECT count(*) FROM work WHERE capability <> 'extract' AND state IN ('ready', 'running', 'retrying'))
     + (SELECT count(*) FROM deliveries WHERE state IN ('live', 'owed', 'sending'))
"""
_ANSWERED = """
SELECT m.client_message_id, w.state,
       (SELECT count(*) FROM messages r WHERE r.work_id = w.id AND r.role = 'persona')
FROM messages m JOIN work w ON w.id = m.work_id WHERE m.role = 'person'
"""
_REPLIES = """
SELECT m.content FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE c.channel_id = %s AND m.role = 'persona' ORDER BY m.seq
"""


_AT_WORK = {"gateway": '"connected"', "worker": "speaks as", "jobs": "Role: jobs"}


class Member:
    """One process, what it was started with, and what it says."""

    def __init__(self, role: str, settings: dict[str, str], process: Born) -> None:
        self.role = role
        self.settings = settings
        self.process = process
        self.said: list[str] = []
        self._news = asyncio.Event()
        self.reading = asyncio.create_task(self._read())

    @property
    def at_work(self) -> bool:
        """Whether it does its part by now."""
        return self.has_said(_AT_WORK[self.role])

    def has_said(self, words: str) -> bool:
        """Whether a line of its had these words in it."""
        return any(words in line for line in self.said)

    async def says(self, words: str) -> None:
        """Until it has said them."""
        async with asyncio.timeout(_PATIENCE_S):
            while not self.has_said(words):
                self._news.clear()
                await self._news.wait()

    async def _read(self) -> None:
        async for line in self.process.stdout:
            self.said.append(line.decode())
            self._news.set()


@dataclass
class Crew:
    """Who is at work."""

    twin: Twin
    server: ModelServer
    url: str
    members: list[Member] = field(default_factory=list)

    async def start(self, role: str, **settings: str) -> Member:
        """One more process of that role."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TROUPE_", "OPENAI_"))}
        chosen = {
            "TROUPE_ROLE": role,
            "DATABASE_URL": self.url,
            "DISCORD_TOKEN": self.twin.token,
            "OPENAI_BASE_URL": self.server.base_url,
            "OPENAI_MODELS": "fake-chat",
        }
        whole = {**clean, **_PATIENT, **chosen, **settings}
        words = ("tests.several.child", self.twin.base_url, self.twin.gateway_url)
        process = await bear(*words, env=whole, errors=None)
        self.members.append(member := Member(role, settings, process))
        return member

    async def kill(self, member: Member) -> None:
        """End it without a last word."""
        self.members.remove(member)
        member.process.kill()
        await member.process.wait()
        await member.reading

    async def begun(self) -> None:
        """Until everybody does their part."""
        for member in self.members:
            await member.says(_AT_WORK[member.role])

    async def dismiss(self) -> None:
        """End everybody in order; each must end well."""
        await self.begun()
        for member in self.members:
            member.process.terminate()
        async with asyncio.timeout(_PATIENCE_S):
            for member in self.members:
                assert await member.process.wait() == 0, "".join(member.said)

    async def answered(self) -> dict[str, tuple[str, int]]:
        """Each message of a person with the state of its work and how often it was answered."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as raw:
            return {row[0]: row[1:] for row in await (await raw.execute(_ANSWERED)).fetchall()}

    async def replies(self, channel: Channel) -> list[str]:
        """What was kept as said there, in the order of the conversation."""
        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as raw:
            return [str(row[0]) for row in await (await raw.execute(_REPLIES, [str(channel.id)])).fetchall()]

    def seen(self, channel: Channel) -> list[Message]:
        """What people see there of the bot."""
        return [one for one in self.twin.visible(channel) if one.webhook or one.author is self.twin.bot]


async def settled(url: str, heard: int = 0) -> None:
    """Until that many messages are kept and nothing is owed; other processes tell nobody, so it looks and looks."""
    kept = owed = None
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as raw:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while (kept or 0) < heard or owed != 0:
                    kept, owed = (await (await raw.execute(_SETTLED)).fetchall())[0]
        except TimeoutError:
            raise TimeoutError(f"{kept} of {heard} messages are kept, and {owed} things are owed") from None
