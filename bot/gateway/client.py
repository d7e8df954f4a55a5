"""The Discord client: its events go to the ear, its presses and commands to bot/commands."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
import structlog
from discord import app_commands

from bot.commands import registry, starters
from bot.commands.base import Answer, Caller, Explanation, Finding, Office, Refused
from bot.gateway.doctor import diagnose
from bot.gateway.faults import FAILURES
from bot.gateway.forms import AGAIN, Unsent
from bot.gateway.hearing import Hearing
from bot.gateway.normalise import Us, deleted, edited, mentions_us, said
from bot.gateway.orders import add_commands, answer, caller_of, sync_when_changed, take
from bot.gateway.rooms import Rooms
from bot.gateway.views import KeyButton
from bot.gateway.webhooks import Webhooks
from bot.health.vitals import Connection
from bot.personas.face import read_starter_key
from bot.ports import Said
from storage.errors import StorageError

_log = structlog.get_logger()
_LONGEST_QUESTION = 4000
_CATCH_UP_S = 15.0  # replies wait for what was missed, so that a burst gets one answer; but not longer than this


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
        self, hearing: Hearing, begin: Callable[[], Awaitable[None]], *, content: bool, **options: Any
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
        self.hearing = hearing
        self.office: Office  # given by the app before the client starts
        self.begun = asyncio.Event()
        self.failed: StorageError | None = None
        self.stranded = asyncio.Event()
        self._unsent = Unsent()
        self._arrived = False
        self._connections = 0
        self._begin = begin
        self._begin_once = asyncio.Lock()
        self._catching_up = asyncio.Lock()

    @property
    def us(self) -> Us:
        """Who we are, once logged in."""
        assert self.user is not None and self.application_id is not None  # events come after the login only
        return Us(self.user.id, self.application_id)

    async def setup_hook(self) -> None:
        """Commands and buttons, before the first event."""
        add_commands(self.tree, self.office, self._unsent)
        self.tree.add_command(app_commands.ContextMenu(name="Ask a persona", callback=self._ask_about))
        self.add_dynamic_items(KeyButton)
        assert self.application_id is not None
        if await sync_when_changed(self.tree, self.office, self.application_id):
            _log.info("commands_synced")

    async def close(self) -> None:
        """Leave Discord and let connections go."""
        self.hearing.close()
        await self.webhooks.close()
        await super().close()

    # ── the connection ──

    def line(self) -> Connection:
        """How the connection is now."""
        late = self.latency
        return Connection(self.hearing.connected, late if math.isfinite(late) else None, max(0, self._connections - 1))

    async def on_connect(self) -> None:
        """A new session, told before its first event."""
        self._connections += 1
        self.hearing.new_session()
        self._arrived = False
        await self._arrive_when_complete()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """One more of the guilds that the session began with."""
        await self._arrive_when_complete()

    async def on_ready(self) -> None:
        """discord.py waited two seconds for another guild and none came: go on without the missing ones."""
        await self._arrive()

    async def _arrive_when_complete(self) -> None:
        """Live events stand still until we arrived, so wait for nothing once every guild is here."""
        if not any(guild.unavailable for guild in self.guilds):
            await self._arrive()

    async def _arrive(self) -> None:
        """A new session, the first or after a lost one: Discord replays nothing, so read what we missed."""
        if self._arrived:
            return
        self._arrived = True
        self.hearing.connected = True
        _log.info("connected", guilds=len(self.guilds))
        await asyncio.wait({asyncio.create_task(self._catch_up())}, timeout=_CATCH_UP_S)
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

    async def on_resumed(self) -> None:
        """The old session goes on, and what we missed was replayed."""
        self._connections += 1
        self.hearing.connected = True

    async def on_disconnect(self) -> None:
        """Until a resume or a new session, we hear nothing."""
        self.hearing.connected = False

    async def save_cursors(self) -> None:
        """Note how far Discord was heard; for the clock. A catch-up that runs will do it itself."""
        if self.user is not None and not self._catching_up.locked():
            async with self._catching_up:
                await self.hearing.save()

    async def _catch_up(self) -> None:
        try:
            async with self._catching_up:
                read = await self.hearing.catch_up(Rooms(self, self.us))
            if read:
                _log.info("caught_up", messages=read)
        except StorageError as error:
            _log.error("not_caught_up", reason=str(error))  # the clock tries again, and no cursor moves until then

    # ── what is heard ──

    async def on_message(self, message: discord.Message) -> None:
        """Somebody said something."""
        await self.hearing.hear(said(message, self.us))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed their words; previews that Discord adds are no change, nor are words kept from us."""
        message = payload.message
        readable = self.content or payload.guild_id is None or mentions_us(message, self.us)
        if readable and message.edited_at is not None and message.author.id != self.us.user_id:
            await self.hearing.hear(edited(message, self.us))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Somebody took their words back."""
        await self._deleted(payload.message_id, payload.channel_id, payload.guild_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator cleared away many at once."""
        for message_id in payload.message_ids:
            await self._deleted(message_id, payload.channel_id, payload.guild_id)

    async def _deleted(self, message_id: int, channel_id: int, guild_id: int | None) -> None:
        await self.hearing.hear(deleted(message_id, channel_id, guild_id, self.office.clock.now()))

    async def on_webhooks_update(self, channel: discord.abc.GuildChannel) -> None:
        """Ours may be gone or moved."""
        self.webhooks.forget(channel.id)

    # ── what is ordered ──

    async def press(self, interaction: discord.Interaction[Any], key: str, label: str) -> None:
        """A button was pressed, perhaps one from before a restart."""
        caller = caller_of(interaction)
        if key.startswith(AGAIN):
            return await answer(interaction, self._again(caller, key), private=True, form=True)
        if read_starter_key(key) is None:
            return await answer(interaction, registry.press(self.office, caller, key), private=True)
        picked = starters.pressed(self.office, caller, key, label, str(interaction.id), _when(interaction))
        return await answer(interaction, picked, private=False)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form was sent, perhaps one opened before a restart; discord.py itself forgets those."""
        if interaction.type is discord.InteractionType.modal_submit:
            await take(interaction, self.office, self._unsent)

    async def _again(self, caller: Caller, key: str) -> Answer:
        form = self._unsent.again(key)
        if form is None:
            raise Refused("That form is gone; your words are in the file above, please order it again.")
        return await registry.reopen(self.office, caller, form.key, form.values)

    async def _ask_about(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await answer(interaction, self._asked(interaction, message), private=False)

    async def _asked(self, interaction: discord.Interaction[Any], message: discord.Message) -> Answer:
        caller = caller_of(interaction)
        heard = said(message, self.us)
        own = message.author.id == interaction.user.id
        words = heard.text if own else f"What do you say to this, which {heard.speaker.name} wrote?\n{heard.text}"
        if not heard.text:
            raise Refused("That message has no words I can read; pick one with text.")
        given = {"message": words[:_LONGEST_QUESTION], "_id": str(interaction.id), "_at": str(_when(interaction))}
        return await registry.run(self.office, caller, "chat", given)

    async def judge(
        self, caller: Caller, reference: str, explain: Callable[[Said], Awaitable[Explanation]]
    ) -> Explanation:
        """Explain one message of the caller's channel, by its id."""
        channel = self.get_partial_messageable(int(caller.place.channel_id))
        try:
            message = await channel.fetch_message(int(reference))
        except (*FAILURES, ValueError) as error:
            raise Refused("I can't find that message in this channel; give its link or its id.") from error
        return await explain(replace(said(message, self.us), place=caller.place))  # Discord's answer leaves it out

    async def diagnose(self, caller: Caller) -> tuple[Finding, ...]:
        """What keeps personas from speaking where the caller is."""
        return await diagnose(self, caller, content=self.content)


def _when(interaction: discord.Interaction[Any]) -> int:
    """When it happened, in milliseconds since the Unix epoch."""
    return int(interaction.created_at.timestamp() * 1000)
