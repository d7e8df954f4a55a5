"""Guilds and channels, and the payloads they travel as."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .state import ALL, BOT_PERMISSIONS, FORUM, PEOPLE_PERMISSIONS, TEXT, THREAD, Json, Permission, User, moment

if TYPE_CHECKING:
    from .messages import Message
    from .world import World


@dataclass(eq=False)
class Guild:
    """A server with members, roles and channels."""

    world: World
    id: int
    name: str
    owner: User
    bot_role: int
    people_role: int
    bot_permissions: int = BOT_PERMISSIONS
    members: dict[int, User] = field(default_factory=dict)
    extra_roles: dict[int, int] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)

    def add_text_channel(self, name: str, *, nsfw: bool = False) -> Channel:
        """Create a text channel."""
        return self.world.add_channel(TEXT, name, self, nsfw=nsfw)

    def add_forum(self, name: str, *, nsfw: bool = False) -> Channel:
        """Create a forum."""
        return self.world.add_channel(FORUM, name, self, nsfw=nsfw)

    def add_thread(self, parent: Channel, name: str = "thread", owner: User | None = None) -> Channel:
        """Create a public thread below a channel."""
        owner_id = (owner or self.owner).id
        return self.world.add_channel(THREAD, name, self, parent=parent, owner_id=owner_id)

    def add_forum_post(self, forum: Channel, name: str, author: User, text: str) -> Channel:
        """Create a forum post with its starting message."""
        thread = self.add_thread(forum, name, author)
        self.world.post(thread, {"content": text}, author=author, id=thread.id)
        return thread

    def join(self, user: User, permissions: int | None = None) -> None:
        """Make a user a member, optionally with a role of the given extra permissions."""
        self.members[user.id] = user
        if permissions is not None:
            self.extra_roles[user.id] = permissions
            self.world.emit("GUILD_ROLE_CREATE", {"guild_id": str(self.id), "role": self.roles()[-1]}, 1)
        self.world.emit("GUILD_MEMBER_ADD", {"guild_id": str(self.id), **self.member(user)}, 1 << 1)

    def leave(self, user: User) -> None:
        """Take a user out of the guild."""
        del self.members[user.id]
        gone = {"guild_id": str(self.id), "user": user.payload()}
        self.world.emit("GUILD_MEMBER_REMOVE", gone, 1 << 1)

    def roles(self) -> list[Json]:
        """Give the role objects: everyone, the bot's, the people's, and each member's extra role."""
        named = [("@everyone", self.id, 0), ("Bot", self.bot_role, self.bot_permissions)]
        named.append(("People", self.people_role, PEOPLE_PERMISSIONS))
        named += [("Extra", user_id + 1, value) for user_id, value in self.extra_roles.items()]
        look = {"color": 0, "colors": {"primary_color": 0}, "hoist": False, "mentionable": False}
        look |= {"managed": False, "flags": 0}
        return [
            {"id": str(role_id), "name": name, "permissions": str(value), "position": at, **look}
            | ({"managed": True, "tags": {"bot_id": str(self.world.bot.id)}} if role_id == self.bot_role else {})
            for at, (name, role_id, value) in enumerate(named)
        ]

    def permissions_of(self, user: User) -> int:
        """Give a person's permissions in the guild."""
        value = self.extra_roles.get(user.id, 0) | PEOPLE_PERMISSIONS
        return ALL if user is self.owner or value & Permission.ADMINISTRATOR else value

    def member(self, user: User, *, with_user: bool = True) -> Json:
        """Give the member object of a user."""
        roles = [self.bot_role] if user.id == self.world.bot.id else [self.people_role]
        roles += [user.id + 1] if user.id in self.extra_roles else []
        data: Json = {"roles": [str(role) for role in roles], "joined_at": moment(self.id), "nick": None}
        data |= {"deaf": False, "mute": False, "flags": 0}
        return data | ({"user": user.payload()} if with_user else {})

    def payload(self, *, whole: bool = False) -> Json:
        """Give the guild object, with members and channels when whole."""
        data: Json = {"id": str(self.id), "name": self.name, "owner_id": str(self.owner.id), "icon": None}
        data |= {"roles": self.roles(), "emojis": [], "stickers": [], "features": [], "nsfw_level": 0}
        data |= {"preferred_locale": "en-US", "verification_level": 0, "mfa_level": 0, "premium_tier": 0}
        if whole:
            seen = [channel for channel in self.channels.values() if channel.can(Permission.VIEW_CHANNEL)]
            data["channels"] = [channel.payload() for channel in seen if channel.kind != THREAD]
            threads = [channel for channel in seen if channel.kind == THREAD and not channel.archived]
            data["threads"] = [thread.payload() for thread in threads]
            data["members"] = [self.member(user) for user in self.members.values()]
            data |= {"member_count": len(self.members), "large": False, "unavailable": False}
        return data


@dataclass(eq=False)
class Channel:
    """A text channel, thread, forum or direct message channel."""

    id: int
    kind: int
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    recipient: User | None = None
    owner_id: int = 0
    nsfw: bool = False
    archived: bool = False
    locked: bool = False
    permissions: int | None = None
    log: list[Message] = field(default_factory=list)

    def can(self, permission: int) -> bool:
        """Tell whether the bot holds a permission here."""
        value = self.permissions
        if value is None and self.parent is not None:
            return self.parent.can(permission)
        if self.guild is None:
            return True
        value = self.guild.bot_permissions if value is None else value
        return bool(value & (permission | Permission.ADMINISTRATOR))

    def payload(self) -> Json:
        """Give the channel object."""
        last = str(self.log[-1].id) if self.log else None
        data: Json = {"id": str(self.id), "type": self.kind, "last_message_id": last}
        if self.guild is None:
            return data | {"recipients": [self.recipient.payload()] if self.recipient else []}
        data |= {"guild_id": str(self.guild.id), "name": self.name, "nsfw": self.nsfw, "flags": 0}
        data |= {"parent_id": str(self.parent.id) if self.parent else None, "rate_limit_per_user": 0}
        if self.kind == THREAD:
            stamp = moment(self.id)
            data |= {"owner_id": str(self.owner_id), "message_count": len(self.log), "member_count": 1}
            state = {"archived": self.archived, "locked": self.locked, "auto_archive_duration": 1440}
            data["thread_metadata"] = {"archive_timestamp": stamp, "create_timestamp": stamp, **state}
            return data
        overwrites = []
        if self.permissions is not None:
            value = {"allow": str(self.permissions), "deny": str((1 << 52) - 1 & ~self.permissions)}
            overwrites = [{"id": str(self.guild.bot_role), "type": 0, **value}]
        data |= {"position": 0, "topic": None, "permission_overwrites": overwrites}
        return data | ({"available_tags": []} if self.kind == FORUM else {})
