"""Discord's mouth: personas speak through the channel's webhook, or the bot speaks with their name shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord
import structlog

from bot.gateway.avatars import Avatars
from bot.gateway.faults import FAILURES, NO_REPLYING, OLD_EDITS, WEBHOOK_GONE, translate
from bot.gateway.mute import is_mute
from bot.gateway.views import buttons_view
from bot.gateway.webhooks import Webhooks
from bot.ports import Parcel, Place, Receipt, SendFailed, SendFault

_log = structlog.get_logger()
_INVALID_BODY = 50035
_WEBHOOK = "webhook:"
_LOOK_AT = 200  # messages looked through for one in doubt


class DiscordSender:
    """One try a call; every failure is a SendFailed."""

    limit = 1900  # Discord's 2000, less the line with the name where the bot itself speaks
    pace_s = 1.2

    def __init__(self, client: discord.Client, webhooks: Webhooks, avatars: Avatars) -> None:
        self._client = client
        self._webhooks = webhooks
        self._avatars = avatars

    async def post(self, parcel: Parcel) -> Receipt:
        """Say it through the webhook, made anew once when it is gone, or as the bot where Discord refuses the name."""
        if not self._may_speak(parcel.place):
            raise SendFailed(SendFault.FORBIDDEN, "the permission to write there is missing")
        try:
            hook = None if parcel.faceless else await self._hook(parcel.place)
            if hook is None:
                return await self._as_bot(parcel)
            try:
                return await self._as_persona(hook, parcel)
            except discord.HTTPException as error:
                if error.code == _INVALID_BODY and _about_name(error):
                    return await self._as_bot(parcel)
                if error.code != WEBHOOK_GONE:
                    raise
            self._webhooks.forget(_hook_channel(parcel.place))
            hook = await self._hook(parcel.place)
            return await self._as_bot(parcel) if hook is None else await self._as_persona(hook, parcel)
        except FAILURES as error:
            raise translate(error) from error

    async def revise(self, parcel: Parcel) -> None:
        """Edit it the way it was said; ORPHANED when what said it is gone, or too many old messages were edited."""
        try:
            if parcel.route.startswith(_WEBHOOK):
                await self._revise_hook(parcel)
            else:
                view = buttons_view(parcel.buttons)
                await self._partial(parcel).edit(
                    content=_bot_text(parcel), allowed_mentions=_mentions(parcel), view=view
                )
                if view is not None:
                    view.stop()
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code == OLD_EDITS:
                raise SendFailed(SendFault.ORPHANED, "Discord takes no more edits of old messages there") from error
            raise translate(error) from error

    async def remove(self, parcel: Parcel) -> None:
        """Delete it, by the webhook that said it, or as the bot where that is gone; gone already is fine."""
        try:
            hook = await self._hook(parcel.place) if parcel.route.startswith(_WEBHOOK) else None
            if hook is not None and parcel.route == f"{_WEBHOOK}{hook.id}":
                await hook.delete_message(int(parcel.platform_message_id), **_thread(parcel.place))
            else:
                await self._partial(parcel).delete()
        except discord.NotFound:
            return
        except FAILURES as error:
            raise translate(error) from error

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        """Look through what was said since then for these words in this persona's name."""
        found: list[Receipt] = []
        after = discord.Object(max(0, (since - discord.utils.DISCORD_EPOCH) << 22))
        try:
            async for message in self._channel(parcel.place).history(after=after, limit=_LOOK_AT, oldest_first=True):
                if self._is(message, parcel):
                    hook = message.webhook_id
                    found.append(Receipt(str(message.id), f"{_WEBHOOK}{hook}" if hook else "channel"))
        except FAILURES as error:
            raise translate(error) from error
        return tuple(found)

    def repeatable(self, parcel: Parcel) -> bool:
        """Discord recognises nonces but knows none for webhooks, and in a guild either may have been the way."""
        return not parcel.place.guild_id

    async def typing(self, place: Place) -> None:
        """Show for ten seconds that somebody writes."""
        try:
            await self._channel(place).typing()
        except FAILURES as error:
            _log.debug("no_typing", channel=place.channel_id, reason=str(error))

    # ── the two routes ──

    async def _as_persona(self, hook: discord.Webhook, parcel: Parcel) -> Receipt:
        avatar = await self._avatars.url(parcel.face.avatar)
        said: dict[str, Any] = {
            "content": parcel.text,
            "username": parcel.face.name,
            "allowed_mentions": _mentions(parcel),
            **({"avatar_url": avatar} if avatar else {}),
            **_thread(parcel.place),
        }
        view = buttons_view(parcel.buttons)
        message = await _with_buttons(partial(hook.send, wait=True, **said), view)
        await self._check_place(hook, message, parcel)
        return Receipt(str(message.id), f"{_WEBHOOK}{hook.id}")

    async def _check_place(self, hook: discord.Webhook, message: discord.WebhookMessage, parcel: Parcel) -> None:
        """A webhook that somebody moved speaks in another channel: take that back and make one of this channel."""
        if str(message.channel.id) == parcel.place.channel_id:
            return
        self._webhooks.forget(_hook_channel(parcel.place))
        await hook.delete_message(message.id)
        raise SendFailed(SendFault.LATER, "the webhook was moved to another channel", retry_after_s=0)

    async def _as_bot(self, parcel: Parcel) -> Receipt:
        view, reference = buttons_view(parcel.buttons), _reference(parcel)
        said: dict[str, Any] = {"nonce": parcel.delivery_id, "allowed_mentions": _mentions(parcel)}
        say = partial(self._channel(parcel.place).send, _bot_text(parcel), **said, **({"view": view} if view else {}))
        try:
            message = await (say() if reference is None else say(reference=reference))
        except discord.HTTPException as error:
            if reference is None or error.code != NO_REPLYING:
                raise
            message = await say()
        finally:
            if view is not None:
                view.stop()  # presses are found by their key, so nothing needs to wait for them in memory
        return Receipt(str(message.id), "channel")

    async def _revise_hook(self, parcel: Parcel) -> None:
        hook = await self._hook(parcel.place)
        if hook is None or parcel.route != f"{_WEBHOOK}{hook.id}":
            raise SendFailed(SendFault.ORPHANED, "the webhook that said it is gone")
        words: dict[str, Any] = {"content": parcel.text, "allowed_mentions": _mentions(parcel), **_thread(parcel.place)}
        revise = partial(hook.edit_message, int(parcel.platform_message_id), **words)
        try:
            await _with_buttons(revise, buttons_view(parcel.buttons))
        except discord.NotFound as error:
            if error.code != WEBHOOK_GONE and await self._webhooks.is_home(hook, _hook_channel(parcel.place)):
                raise
            self._webhooks.forget(_hook_channel(parcel.place))
            raise SendFailed(SendFault.ORPHANED, "the webhook that said it is gone or was moved") from error

    # ── small things ──

    async def _hook(self, place: Place) -> discord.Webhook | None:
        if not place.guild_id:
            return None
        try:
            return await self._webhooks.of_channel(int(place.guild_id), _hook_channel(place))
        except FAILURES as error:  # nothing was said yet, so nothing is in doubt
            raise SendFailed(SendFault.LATER, f"no webhook yet: {error}"[:200]) from error

    def _may_speak(self, place: Place) -> bool:
        """False where we know that we may not write, even by a webhook; refusals by Discord count towards a ban."""
        guild = self._client.get_guild(int(place.guild_id)) if place.guild_id else None
        if guild is None:
            return True
        room = guild.get_channel_or_thread(int(place.channel_id)) or guild.get_channel(_hook_channel(place))
        return not is_mute(room, in_thread=place.kind == "thread")

    def _channel(self, place: Place) -> discord.PartialMessageable:
        guild_id = int(place.guild_id) if place.guild_id else None
        return self._client.get_partial_messageable(int(place.channel_id), guild_id=guild_id)

    def _partial(self, parcel: Parcel) -> discord.PartialMessage:
        return self._channel(parcel.place).get_partial_message(int(parcel.platform_message_id))

    def _is(self, message: discord.Message, parcel: Parcel) -> bool:
        """Ours, in this persona's name, and with these words where we may read them."""
        by_hook = message.webhook_id is not None and message.author.name == parcel.face.name
        if not by_hook and (self._client.user is None or message.author.id != self._client.user.id):
            return False
        tried = parcel.text if by_hook else _bot_text(parcel)
        return message.content.strip() == tried.strip() if message.content else by_hook


async def _with_buttons(
    say: Callable[..., Awaitable[discord.WebhookMessage]], view: discord.ui.View | None
) -> discord.WebhookMessage:
    """Buttons are an extra: where Discord refuses them, the words go without."""
    if view is None:
        return await say()
    try:
        return await say(view=view)
    except discord.HTTPException as error:
        if error.code != _INVALID_BODY or _about_name(error):
            raise
        return await say()
    finally:
        view.stop()  # presses are found by their key, so nothing needs to wait for them in memory


def _about_name(error: discord.HTTPException) -> bool:
    """Whether Discord refuses the name that a webhook was to speak under."""
    return "username" in error.text


def _bot_text(parcel: Parcel) -> str:
    """The words with the persona's name above them, because the bot itself speaks."""
    if parcel.faceless:
        return parcel.text
    name = discord.utils.escape_markdown(parcel.face.name)
    return f"**{name}**\n{parcel.text}" if parcel.part == 0 else parcel.text


def _reference(parcel: Parcel) -> discord.MessageReference | None:
    if not parcel.reply_to.isdigit() or not parcel.place.guild_id or parcel.part:
        return None
    return discord.MessageReference(
        message_id=int(parcel.reply_to), channel_id=int(parcel.place.channel_id), fail_if_not_exists=False
    )


def _mentions(parcel: Parcel) -> discord.AllowedMentions:
    """Only the person answered may be rung, whatever the text says."""
    rung = [discord.Object(int(parcel.answered))] if parcel.answered.isdigit() else False
    return discord.AllowedMentions(everyone=False, roles=False, users=rung, replied_user=True)


def _thread(place: Place) -> dict[str, Any]:
    return {"thread": discord.Object(int(place.channel_id))} if place.kind == "thread" else {}


def _hook_channel(place: Place) -> int:
    """A thread speaks through its parent's webhook."""
    return int(place.parent_id if place.kind == "thread" else place.channel_id)
