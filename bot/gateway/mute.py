"""Where we are known to be unable to write: a permission, a time-out, a locked thread. Pure."""

from __future__ import annotations

import discord
from discord.abc import GuildChannel


def is_mute(room: object, *, in_thread: bool = False) -> bool:
    """Whether nothing can be said there, even by a webhook; False where Discord has not told us enough to know.

    A thread that we do not know is judged by its parent, with ``in_thread``.
    """
    if not isinstance(room, GuildChannel | discord.Thread) or room.guild.me is None:
        return False
    if isinstance(room, discord.Thread) and room.parent is None:
        return False
    allowed = room.permissions_for(room.guild.me)
    if isinstance(room, discord.Thread) and room.locked and not allowed.manage_threads:
        return True
    in_thread = in_thread or isinstance(room, discord.Thread)
    return not (allowed.send_messages_in_threads if in_thread else allowed.send_messages)
