"""Answers what people order on Discord by commands, forms and buttons, each once and within its three seconds."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, cast

import discord
import structlog

from bot.commands import registry
from bot.commands.base import Answer, Caller, Office, Refused
from bot.gateway.faults import ANSWERED, EXPIRED
from bot.gateway.forms import FormModal, Unsent, sent
from bot.gateway.mute import is_mute
from bot.gateway.normalise import PLATFORM, place_of, roles_of
from bot.gateway.operators import is_operator
from bot.gateway.views import buttons_view
from bot.text.split import split
from storage import events

_log = structlog.get_logger()
_NOBODY = discord.AllowedMentions.none()
_SOON_S = 2.0  # Discord wants a first word within three seconds
Order = Callable[[], Awaitable[Answer]]
_BUSY = "I am too busy to open that form just now; please order it again in a moment."
_BROKE = "Something in me broke. The operator finds it in the log; please try again."


def caller_of(interaction: discord.Interaction[Any]) -> Caller:
    """Who orders, where, and with which rights."""
    return Caller(
        PLATFORM,
        str(interaction.user.id),
        interaction.user.display_name,
        place_of(interaction.channel, interaction.guild_id),
        can_manage=interaction.guild_id is not None and interaction.permissions.manage_guild,
        operates=is_operator(interaction),
        mute=interaction.guild_id is not None and (is_mute(interaction.channel) or not _may_write(interaction)),
        roles=roles_of(interaction.user) if interaction.guild_id is not None else (),
    )


def _may_write(interaction: discord.Interaction[Any]) -> bool:
    """Whether we ourselves may write where the order was given."""
    ours = interaction.app_permissions
    return ours.send_messages_in_threads if isinstance(interaction.channel, discord.Thread) else ours.send_messages


class Home(Protocol):
    """A client that carries commands out; ``unsent`` holds the forms that its buttons open."""

    office: Office
    unsent: Unsent


def home_of(interaction: discord.Interaction[Any]) -> Home:
    """The client that hears of it."""
    return cast(Home, interaction.client)


def moment_of(interaction: discord.Interaction[Any]) -> int:
    """When it was ordered, in milliseconds since the Unix epoch."""
    return int(interaction.created_at.timestamp() * 1000)


async def answer(
    interaction: discord.Interaction[Any],
    order: Order,
    *,
    private: bool,
    once: bool = True,
    form: bool = False,
    failed: Callable[[str], Answer] = Answer,
) -> None:
    """Give the answer, whatever it is, within Discord's three seconds or after a sign of patience.

    Of several bots on one token only the first to take it carries out what is done ``once``; the others are silent.
    """
    task = asyncio.ensure_future(_given(interaction, order, once, failed))
    try:
        done, _ = await asyncio.wait({task}, timeout=_SOON_S)
        if not done and form:
            # Discord takes a form as the first word only, so a late one can't follow a sign of patience.
            task.cancel()
            await _show(interaction, Answer(_BUSY), once)
            return
        if not done:
            await _first_word(interaction, interaction.response.defer(ephemeral=private, thinking=True), once)
        given = await task
        if given is not None:
            await _show(interaction, given, once)
    except discord.HTTPException as error:
        await asyncio.wait({task})  # what was ordered is done all the same
        if error.code not in EXPIRED and error.status != 404:
            raise
        _log.warning("interaction_expired", interaction=interaction.id)


async def take(interaction: discord.Interaction[Any], office: Office, unsent: Unsent) -> None:
    """Hand a form that was sent to the command that asked for it; one that is not taken can be mended."""
    form = sent(interaction)

    def failed(sentence: str) -> Answer:
        if registry.asks_secret(form.key):
            return Answer(sentence)
        return Answer(sentence, buttons=(unsent.keep(str(interaction.id), form),), file=form.text)

    caller = caller_of(interaction)
    submit = partial(registry.submit, office, caller, form.key, form.values)
    await answer(interaction, submit, private=True, failed=failed)


async def _given(
    interaction: discord.Interaction[Any], order: Order, once: bool, failed: Callable[[str], Answer]
) -> Answer | None:
    """The answer, or None where another bot on our token has taken the order."""
    try:
        return None if once and not await _taken(interaction) else await order()
    except Refused as refused:
        return failed(str(refused))
    except Exception:
        _log.exception("command_broke", command=getattr(interaction.command, "qualified_name", ""))
        return failed(_BROKE)


async def _taken(interaction: discord.Interaction[Any]) -> bool:
    """Whether we are the first to take it, as with messages that are heard."""
    office = home_of(interaction).office
    return await office.database.write(events.take_order, PLATFORM, str(interaction.id), office.clock.now())


async def _first_word(interaction: discord.Interaction[Any], word: Awaitable[object], once: bool) -> bool:
    """Whether it was the first: False where another bot on our token has asked for patience for what we answer."""
    try:
        await word
    except discord.HTTPException as error:
        if not once or error.code != ANSWERED or not (await interaction.original_response()).flags.loading:
            raise
        return False
    return True


def _files(given: Answer) -> list[discord.File]:
    """What is handed over beside the text."""
    named = ((given.file.encode(), given.file_name), (given.picture, given.picture_name))
    return [discord.File(io.BytesIO(content), name) for content, name in named if content]


async def _show(interaction: discord.Interaction[Any], given: Answer, once: bool) -> None:
    if given.form is not None and not interaction.response.is_done():
        modal = FormModal(given.form, given.text)
        await interaction.response.send_modal(modal)
        modal.stop()  # it is known by its key when it comes back, so nothing needs to wait for it in memory
        return
    parts, begun = split(given.text) or split("Done."), interaction.response.is_done()
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        view = buttons_view(given.buttons) if last else None
        extras: dict[str, Any] = {"view": view} if view else {}
        if last and (files := _files(given)):
            extras["files"] = files
        extras |= {"ephemeral": given.private, "allowed_mentions": _NOBODY}
        if begun or not await _first_word(interaction, interaction.response.send_message(part.shown, **extras), once):
            await interaction.followup.send(part.shown, **extras)
        begun = True
        if view is not None:
            view.stop()
