"""A hearing for each shard of one client, from the beginning of its session to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import discord
import structlog

from bot.gateway.hearing import Hearing
from bot.gateway.normalise import Us
from bot.gateway.rooms import Rooms
from bot.gateway.shards import Shard
from bot.ports import Event
from storage.errors import StorageError

_log = structlog.get_logger()
_CATCH_UP_S = 15.0  # replies wait for what was missed, so that a burst gets one answer; but not longer than this


@dataclass(slots=True)
class _Ear:
    """One shard's hearing, whether its session is complete, and the lock of its catching up."""

    hearing: Hearing
    arrived: bool = False
    catching_up: asyncio.Lock = field(default_factory=asyncio.Lock)


class Ears:
    """Made by the client's first session of a shard; ``begin`` is called once, when one has caught up, and
    ``arrived`` for each session that has."""

    def __init__(
        self,
        client: discord.Client,
        hearing: Callable[[Shard], Hearing],
        begin: Callable[[], Awaitable[None]],
        arrived: Callable[[Shard], Awaitable[None]],
    ) -> None:
        self.begun = asyncio.Event()
        self.failed: StorageError | None = None
        self.stranded = asyncio.Event()
        self._client = client
        self._hearing = hearing
        self._begin = begin
        self._arrived = arrived
        self._begin_once = asyncio.Lock()
        self._ears: dict[int, _Ear] = {}

    @property
    def connected(self) -> bool:
        """Whether every shard of ours hears."""
        return bool(self._ears) and all(ear.hearing.connected for ear in self._ears.values())

    @property
    def count(self) -> int:
        """How many shards have had a session."""
        return len(self._ears)

    def of(self, number: int) -> Hearing:
        """The hearing of that shard."""
        return self._ear(number).hearing

    async def hear(self, event: Event) -> None:
        """One live event, by the shard it belongs to."""
        await self._of_guild(event.place.guild_id).hearing.hear(event)

    def close(self) -> None:
        """Keep nothing any more: storage is about to close."""
        for ear in self._ears.values():
            ear.hearing.close()

    async def begin(self, number: int) -> None:
        """A new session of that shard, told before its first event."""
        ear = self._ear(number)
        ear.hearing.new_session()
        ear.arrived = False
        await self._arrive_when_complete(ear)

    async def one_more(self, guild_id: int) -> None:
        """One more of the guilds that a session began with."""
        await self._arrive_when_complete(self._of_guild(guild_id))

    async def arrive(self, number: int) -> None:
        """Wait for no other guild of that shard's session."""
        await self._arrive(self._ear(number))

    async def save(self) -> None:
        """Note how far all shards were heard. A catch-up that runs will do it itself."""
        for ear in list(self._ears.values()):
            if not ear.catching_up.locked():
                async with ear.catching_up:
                    await ear.hearing.save()

    def _ear(self, number: int) -> _Ear:
        if number not in self._ears:
            self._ears[number] = _Ear(self._hearing(Shard(number, self._count)))
        return self._ears[number]

    def _of_guild(self, guild_id: int | str | None) -> _Ear:
        return self._ear((int(guild_id or 0) >> 22) % self._count)

    @property
    def _count(self) -> int:
        return self._client.shard_count or 1

    async def _arrive_when_complete(self, ear: _Ear) -> None:
        """Live events stand still until we arrived, so wait for nothing once every guild is here."""
        if not any(guild.unavailable for guild in self._guilds(ear)):
            await self._arrive(ear)

    async def _arrive(self, ear: _Ear) -> None:
        """A new session, the first or after a lost one: Discord replays nothing, so read what we missed."""
        if ear.arrived:
            return
        ear.arrived = ear.hearing.connected = True
        _log.info("connected", guilds=len(self._guilds(ear)), shard=ear.hearing.shard.number)
        await asyncio.wait({asyncio.create_task(self._catch_up(ear))}, timeout=_CATCH_UP_S)
        async with self._begin_once:
            if not self.begun.is_set():
                await self._begin_or_leave()

    async def _begin_or_leave(self) -> None:
        """Nobody is answered by a bot that can't write: let who connected us leave, and say why."""
        try:
            await self._begin()
            self.begun.set()
        except StorageError as error:
            self.failed = error
            self.stranded.set()

    async def _catch_up(self, ear: _Ear) -> None:
        user, application_id = self._client.user, self._client.application_id
        assert user is not None and application_id is not None  # sessions come after the login only
        try:
            async with ear.catching_up:
                rooms = Rooms(self._client, Us(user.id, application_id), ear.hearing.shard)
                read = await ear.hearing.catch_up(rooms)
            if read:
                _log.info("caught_up", messages=read)
            await self._arrived(ear.hearing.shard)
        except StorageError as error:
            _log.error("not_caught_up", reason=str(error))  # the clock tries again, and no cursor moves until then

    def _guilds(self, ear: _Ear) -> list[discord.Guild]:
        return [guild for guild in self._client.guilds if ear.hearing.shard.holds(guild.id)]
