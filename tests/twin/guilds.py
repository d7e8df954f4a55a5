"""REST routes of guilds and users."""

from __future__ import annotations

from typing import Any

from .places import Guild
from .rest import Call, route
from .state import THREAD, Permission, Refusal


@route("GET", "/guilds/{guild}/threads/active")
def active_threads(call: Call) -> Any:
    """Give the threads of a guild that are not archived."""
    threads = [each for each in guild_of(call).channels.values() if each.kind == THREAD and not each.archived]
    seen = [each for each in threads if each.can(Permission.VIEW_CHANNEL)]
    return {"threads": [thread.payload() for thread in reversed(seen)], "members": [], "has_more": False}


def guild_of(call: Call) -> Guild:
    """Give the guild a path names."""
    guild = call.world.guilds.get(int(call["guild"]))
    if guild is None:
        raise Refusal(404, 10004, "Unknown Guild")
    return guild


@route("GET", "/guilds/{guild}")
def get_guild(call: Call) -> Any:
    """Give a guild."""
    return guild_of(call).payload()


@route("GET", "/guilds/{guild}/channels")
def guild_channels(call: Call) -> Any:
    """Give the channels of a guild without its threads."""
    return [each.payload() for each in guild_of(call).channels.values() if each.kind != THREAD]


@route("GET", "/guilds/{guild}/members/{user}")
def get_member(call: Call) -> Any:
    """Give a member."""
    guild = guild_of(call)
    if int(call["user"]) not in guild.members:
        raise Refusal(404, 10007, "Unknown Member")
    return guild.member(guild.members[int(call["user"])])


@route("GET", "/users/@me")
def me(call: Call) -> Any:
    """Give the bot's user."""
    return call.world.bot.payload()


@route("GET", "/users/{user}")
def get_user(call: Call) -> Any:
    """Give a user."""
    if int(call["user"]) not in call.world.users:
        raise Refusal(404, 10013, "Unknown User")
    return call.world.users[int(call["user"])].payload()


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Any:
    """Open the direct message channel with a user."""
    user = call.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise Refusal(404, 10013, "Unknown User")
    return call.world.dm(user).payload()
