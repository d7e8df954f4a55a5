"""Leaves the servers that the operator does not serve, where the setting unserved wants that."""

from __future__ import annotations

import discord
import structlog

from bot.access.gate import to_leave
from bot.commands.base import Office
from bot.gateway.faults import FAILURES
from bot.gateway.normalise import PLATFORM

_log = structlog.get_logger()


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
