"""Discord's objects as our events; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import discord

from bot.gateway.mute import is_mute
from bot.ports import Deleted, Edited, Gone, Place, Said, Speaker

PLATFORM = "discord"
PROXIES = {466378653216014359: "PluralKit", 431544605209788416: "Tupperbox"}  # by their applications
_WORDS = {
    discord.MessageType.default,
    discord.MessageType.reply,
    discord.MessageType.chat_input_command,
    discord.MessageType.context_menu_command,
}
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_CHANNEL = re.compile(r"<#(\d+)>")


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are on Discord: our user, our application, and the role that came with the invitation."""

    user_id: int
    application_id: int


def place_of(channel: object, guild_id: int | None) -> Place:
    """Where a channel is; a thread knows its parent, and both their category as far as they are known."""
    channel_id = str(getattr(channel, "id", 0))
    if guild_id is None:
        return Place(PLATFORM, channel_id, kind="dm")
    thread = isinstance(channel, discord.Thread)
    room = channel.parent if isinstance(channel, discord.Thread) else channel
    return Place(
        PLATFORM,
        channel_id,
        str(guild_id),
        str(channel.parent_id) if isinstance(channel, discord.Thread) else "",
        kind="thread" if thread else "channel",
        category_id=str(getattr(room, "category_id", None) or ""),
        adult=bool(getattr(room, "nsfw", False)),
    )


def roles_of(author: object) -> tuple[str, ...] | None:
    """The ids of somebody's roles; None where Discord told us of a person and not of a member."""
    roles = getattr(author, "roles", None)
    return None if roles is None else tuple(str(role.id) for role in roles)


def said(message: discord.Message, us: Us, *, caught_up: bool = False) -> Said:
    """A message as words said, with mentions as names and our own mention taken off its beginning."""
    guild_id = message.guild.id if message.guild else None
    return Said(
        client_message_id=str(message.id),
        place=place_of(message.channel, guild_id),
        speaker=speaker(message, us),
        text=text_of(message, us),
        said_at=int(message.created_at.timestamp() * 1000),
        position=message.id,
        reply_to=_reply_to(message),
        mentions_us=mentions_us(message, us),
        system=message.type not in _WORDS,
        caught_up=caught_up,
        mute=is_mute(message.channel),
    )


def speaker(message: discord.Message, us: Us) -> Speaker:
    """Who wrote it; our webhooks are us, and every other webhook is a bot, perhaps one that speaks for a person."""
    ours = message.author.id == us.user_id or message.application_id == us.application_id
    by_hook = message.webhook_id is not None
    return Speaker(
        str(message.author.id),
        message.author.display_name,
        is_bot=message.author.bot or by_hook,
        is_ours=ours,
        roles=roles_of(message.author) if message.guild and not by_hook else (),
        proxy=PROXIES.get(message.application_id or 0, "") if by_hook else "",
    )


def mentions_us(message: discord.Message, us: Us) -> bool:
    """Whether it mentions the bot, or the role that bears its name."""
    ours = (role.tags.bot_id == us.user_id for role in message.role_mentions if role.tags)
    return any(user.id == us.user_id for user in message.mentions) or any(ours)


def text_of(message: discord.Message, us: Us) -> str:
    """The words, and the names of what hangs on them."""
    names = {user.id: user.display_name for user in message.mentions}
    roles = {role.id: role for role in message.role_mentions}
    channels = {channel.id: channel.name for channel in message.channel_mentions if hasattr(channel, "name")}
    text = _without_our_mention(message.content, us, roles.values())
    text = _MENTION.sub(lambda found: f"@{names.get(int(found[1]), 'somebody')}", text)
    text = _ROLE.sub(lambda found: f"@{roles[int(found[1])].name if int(found[1]) in roles else 'a role'}", text)
    text = _CHANNEL.sub(lambda found: f"#{channels.get(int(found[1]), 'a channel')}", text)
    return "\n".join([text.strip(), *_hanging_on(message)]).strip()


def _hanging_on(message: discord.Message) -> Iterator[str]:
    """What a message carries beside its words: files, stickers, what it hands on, and a poll."""
    for attachment in message.attachments:
        yield f"[attached: {attachment.filename}]"
    for sticker in message.stickers:
        yield f"[sticker: {sticker.name}]"
    for one in message.message_snapshots:
        files = (attachment.filename for attachment in one.attachments)
        yield f"[forwarded: {'; '.join(filter(None, [_MENTION.sub('@somebody', one.content), *files]))}]"
    if message.poll is not None:
        yield f"[poll: {message.poll.question} {' / '.join(answer.text for answer in message.poll.answers)}]"


def _without_our_mention(content: str, us: Us, roles: Iterable[discord.Role]) -> str:
    ids = [f"@!?{us.user_id}"] + [f"@&{role.id}" for role in roles if role.tags and role.tags.bot_id == us.user_id]
    return re.sub(rf"^\s*(?:<(?:{'|'.join(ids)})>\s*[,:]?\s*)+", "", content)


def _reply_to(message: discord.Message) -> str:
    reference = message.reference
    if reference is None or message.type is not discord.MessageType.reply:
        return ""
    return str(reference.message_id or "")


def edited(message: discord.Message, us: Us) -> Edited:
    """An edit, with the words as they read now."""
    guild_id = message.guild.id if message.guild else None
    when = message.edited_at or message.created_at
    return Edited(
        str(message.id),
        place_of(message.channel, guild_id),
        text_of(message, us),
        int(when.timestamp() * 1000),
    )


def deleted(message_id: int, channel_id: int, guild_id: int | None, now: int) -> Deleted:
    """A message taken back."""
    kind = "dm" if guild_id is None else "channel"
    place = Place(PLATFORM, str(channel_id), str(guild_id or ""), kind=kind)  # type: ignore[arg-type]
    return Deleted(str(message_id), place, now)


def gone(channel_id: int, guild_id: int | str, now: int) -> Gone:
    """A channel or thread deleted."""
    return Gone(Place(PLATFORM, str(channel_id), str(guild_id)), now)
