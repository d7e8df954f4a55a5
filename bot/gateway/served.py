"""Leaves the servers that the operator does not serve, where unserved wants that; notes which ones we left at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord
import structlog

from bot.access.gate import to_leave
from bot.commands.base import Office
from bot.gateway.faults import FAILURES
from bot.gateway.normalise import PLATFORM
from bot.gateway.shards import Shard
from storage import departures, markers
from storage.engines.base import Transaction

_log = structlog.get_logger()
_APPLICATION = "discord_application"


async def leave_unserved(client: discord.Client, office: Office) -> None:
    """Look at every server we are in; one that can't be left now is left at the next look."""
    ours = [str(guild.id) for guild in client.guilds]
    for guild_id in await office.database.read(to_leave, PLATFORM, ours, office.clock.now()):
        guild = client.get_guild(int(guild_id))
        try:
            if guild is not None:
                await guild.leave()
                _log.info("left_unserved", guild=guild_id)
        except FAILURES as error:
            _log.warning("not_left", guild=guild_id, reason=str(error))


async def note_left(office: Office, guild_ids: Iterable[str]) -> None:
    """Their keys go at once, and what else is kept of them when its time is over."""
    for guild_id in guild_ids:
        await office.keyring.leave(PLATFORM, guild_id)
        if await office.database.write(departures.leave, PLATFORM, guild_id, office.clock.now()):
            _log.info("guild_left", guild=guild_id)


async def compare(office: Office, application_id: str, ours: Sequence[str], shard: Shard) -> None:
    """Note which of a shard's guilds we left while we were away, and to which we came back.

    With the token of another application than the first, guilds are missing that nobody left.
    """
    if await office.database.write(_first, application_id, office.clock.now()) != application_id:
        _log.warning("another_application", application=application_id, cure="what is kept of servers stays")
        return
    stayed, left = await office.database.read(_known)
    await note_left(office, [one for one in stayed if shard.holds(one) and one not in ours])
    for guild_id in set(left) & set(ours):
        await office.database.write(departures.back, PLATFORM, guild_id)


def _first(tx: Transaction, application_id: str, now: int) -> str:
    """The application whose guilds are kept here."""
    first = markers.read(tx, _APPLICATION)
    if first is None:
        markers.put(tx, _APPLICATION, application_id, now)
    return first or application_id


def _known(tx: Transaction) -> tuple[list[str], list[str]]:
    return departures.stayed(tx, PLATFORM), departures.left(tx, PLATFORM)
