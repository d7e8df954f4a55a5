"""The Discord client: its events go to the ear, its presses and commands to bot/commands."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.commands import registry, starters
from bot.commands.base import Answer, Caller, Explanation, Finding, Office, Refused
from bot.gateway.doctor import diagnose
from bot.gateway.ears import Ears
from bot.gateway.faults import FAILURES
from bot.gateway.forms import AGAIN, Unsent
from bot.gateway.hearing import Hearing
from bot.gateway.identify import Identify
from bot.gateway.menus import menus
from bot.gateway.normalise import PLATFORM, Us, deleted, edited, gone, mentions_us, said
from bot.gateway.orders import answer, caller_of, moment_of, take
from bot.gateway.served import leave_unserved
from bot.gateway.shards import Shard
from bot.gateway.slash import slash_commands, sync_when_changed
from bot.gateway.views import KeyButton
from bot.gateway.webhooks import Webhooks
from bot.health.vitals import Connection
from bot.personas.face import read_starter_key
from bot.ports import Said

_log = structlog.get_logger()


def intents(content: bool) -> discord.Intents:
    """What Discord should tell us: guilds, messages, and their words where that is allowed."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.webhooks = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    wanted.message_content = content
    return wanted


class TroupeClient(discord.Client):
    """One connection; ``begin`` is called once, when what was missed has been read."""

    def __init__(
        self,
        hearing: Callable[[Shard], Hearing],
        begin: Callable[[], Awaitable[None]],
        *,
        content: bool,
        **options: Any,
    ) -> None:
        super().__init__(
            intents=intents(content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            heartbeat_timeout=150.0,
            **options,
        )
        self.content = content
        self.tree = app_commands.CommandTree(self)
        self.webhooks = Webhooks(self)
        self.office: Office  # given by the app before the client starts
        self.identify: Identify | None = None  # the same
        self.ears = Ears(self, hearing, begin)
        self.unsent = Unsent()
        self._connections = 0

    @property
    def us(self) -> Us:
        """Who we are, once logged in."""
        assert self.user is not None and self.application_id is not None  # events come after the login only
        return Us(self.user.id, self.application_id)

    async def setup_hook(self) -> None:
        """Commands and buttons, before the first event."""
        for command in slash_commands():
            self.tree.add_command(command)
        for menu in menus(self):
            self.tree.add_command(menu)
        self.add_dynamic_items(KeyButton)
        assert self.application_id is not None
        if await sync_when_changed(self.tree, self.office, self.application_id):
            _log.info("commands_synced")

    async def close(self) -> None:
        """Leave Discord and let connections go."""
        self.ears.close()
        if self.identify is not None:
            await self.identify.close()
        await self.webhooks.close()
        await super().close()

    # ── the connection ──

    def line(self) -> Connection:
        """How the connection is now."""
        late = self.latency
        again = max(0, self._connections - max(1, self.ears.count))
        return Connection(self.ears.connected, late if math.isfinite(late) else None, again)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for our turn, and after a lost session as long as Discord wants."""
        if self.identify is None:
            return await super().before_identify_hook(shard_id, initial=initial)
        if not initial:
            await asyncio.sleep(self.identify.pause_s)
        return await self.identify.turn()

    async def on_connect(self) -> None:
        """A new session, told before its first event."""
        await self.began(self.shard_id or 0)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """One more of the guilds that the session began with."""
        await self.ears.one_more(guild.id)

    async def on_ready(self) -> None:
        """discord.py waited two seconds for another guild and none came: go on without the missing ones."""
        await self.ears.arrive(self.shard_id or 0)

    async def on_resumed(self) -> None:
        """The old session goes on, and what we missed was replayed."""
        self.resumed(self.shard_id or 0)

    async def on_disconnect(self) -> None:
        """Until a resume or a new session, we hear nothing."""
        self.ears.of(self.shard_id or 0).connected = False

    async def began(self, number: int) -> None:
        """A shard's new session."""
        self._connections += 1
        await self.ears.begin(number)

    def resumed(self, number: int) -> None:
        """A shard's old session, once more."""
        self._connections += 1
        self.ears.of(number).connected = True

    async def save_cursors(self) -> None:
        """Note how far Discord was heard; for the clock."""
        if self.user is not None:
            await self.ears.save()
            await leave_unserved(self, self.office)

    # ── what is heard ──

    async def on_message(self, message: discord.Message) -> None:
        """Somebody said something."""
        await self.ears.hear(said(message, self.us))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed their words; previews that Discord adds are no change, nor are words kept from us."""
        message = payload.message
        readable = self.content or payload.guild_id is None or mentions_us(message, self.us)
        if readable and message.edited_at is not None and message.author.id != self.us.user_id:
            await self.ears.hear(edited(message, self.us))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Somebody took their words back."""
        await self._deleted(payload.message_id, payload.channel_id, payload.guild_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator cleared away many at once."""
        for message_id in payload.message_ids:
            await self._deleted(message_id, payload.channel_id, payload.guild_id)

    async def _deleted(self, message_id: int, channel_id: int, guild_id: int | None) -> None:
        await self.ears.hear(deleted(message_id, channel_id, guild_id, self.office.clock.now()))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """All that was said there is gone; Discord names none of it."""
        await self.ears.hear(gone(channel.id, channel.guild.id, self.office.clock.now()))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """The same of a thread, known to us or not."""
        await self.ears.hear(gone(payload.thread_id, payload.guild_id, self.office.clock.now()))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were sent away or left; an outage is told otherwise."""
        await self.office.keyring.leave(PLATFORM, str(guild.id))

    async def on_webhooks_update(self, channel: discord.abc.GuildChannel) -> None:
        """Ours may be gone or moved."""
        self.webhooks.forget(channel.id)

    # ── what is ordered ──

    async def press(self, interaction: discord.Interaction[Any], key: str, label: str) -> None:
        """A button was pressed, perhaps one from before a restart."""
        caller = caller_of(interaction)
        if key.startswith(AGAIN):
            return await answer(interaction, partial(self._again, caller, key), private=True, form=True, once=False)
        if read_starter_key(key) is None:
            press = partial(registry.press, self.office, caller, key)
            return await answer(interaction, press, private=True, once=registry.changes(key))
        said_at, said_id = moment_of(interaction), str(interaction.id)
        pick = partial(starters.pressed, self.office, caller, key, label, said_id, said_at)
        return await answer(interaction, pick, private=False)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form was sent, perhaps one opened before a restart; discord.py itself forgets those."""
        if interaction.type is discord.InteractionType.modal_submit:
            await take(interaction, self.office, self.unsent)

    async def _again(self, caller: Caller, key: str) -> Answer:
        form = self.unsent.again(key)
        if form is None:
            raise Refused("That form is gone; your words are in the file above, please order it again.")
        return await registry.reopen(self.office, caller, form.key, form.values)

    async def judge(
        self, caller: Caller, reference: str, explain: Callable[[Said], Awaitable[Explanation]]
    ) -> Explanation:
        """Explain one message of the caller's channel, by its id."""
        channel = self.get_partial_messageable(int(caller.place.channel_id))
        try:
            message = await channel.fetch_message(int(reference))
        except (*FAILURES, ValueError) as error:
            raise Refused("I can't find that message in this channel; give its link or its id.") from error
        heard = said(message, self.us)
        return await explain(replace(heard, place=caller.place, mute=caller.mute))  # Discord's answer leaves them out

    async def diagnose(self, caller: Caller) -> tuple[Finding, ...]:
        """What keeps personas from speaking where the caller is."""
        return await diagnose(self, caller, content=self.content)


class ShardedTroupe(TroupeClient, discord.AutoShardedClient):
    """Several connections, each with a session and a hearing of its own."""

    async def on_connect(self) -> None:
        """Said of each shard by name as well."""

    on_ready = on_resumed = on_disconnect = on_connect

    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session of that shard."""
        await self.began(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """No other guild of that shard came."""
        await self.ears.arrive(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Its old session goes on."""
        self.resumed(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Until a resume or a new session, that shard hears nothing."""
        self.ears.of(shard_id).connected = False
