"""Commands as Discord shows them: slash commands, completions, forms and buttons, all made from bot/commands."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any, Protocol, cast

import discord
import structlog
from discord import app_commands

from bot.commands import registry
from bot.commands.base import Answer, Caller, Command, Office, Option, Refused
from bot.gateway.faults import EXPIRED
from bot.gateway.forms import FormModal, Sent, Unsent, sent
from bot.gateway.normalise import PLATFORM, place_of
from bot.gateway.operators import is_operator
from bot.gateway.views import buttons_view
from bot.text.split import split
from storage import markers

_log = structlog.get_logger()
_NOBODY = discord.AllowedMentions.none()
_SOON_S = 2.0  # Discord wants a first word within three seconds
_GROUPS = {
    "persona": "Who answers here, and as what.",
    "memory": "What personas remember of you.",
    "lore": "What personas are told of the world they talk in.",
    "privacy": "What I keep of you, and how to have it forgotten.",
    "prompt": "The words that make a persona, version by version.",
    "queue": "What is still owed, and what was given up.",
    "usage": "What answers took, in tokens and money.",
    "logs": "What went wrong lately.",
    "config": "What may change while I run.",
}
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
        mute=interaction.guild_id is not None and not _may_write(interaction),
    )


def _may_write(interaction: discord.Interaction[Any]) -> bool:
    """Whether we ourselves may write where the order was given."""
    ours = interaction.app_permissions
    return ours.send_messages_in_threads if isinstance(interaction.channel, discord.Thread) else ours.send_messages


class Home(Protocol):
    """A client that carries commands out; ``unsent`` holds the forms that its buttons open."""

    office: Office
    unsent: Unsent


def _home(interaction: discord.Interaction[Any]) -> Home:
    return cast(Home, interaction.client)


@cache
def slash_commands() -> tuple[app_commands.Command[Any, ..., Any] | app_commands.Group, ...]:
    """Every command in Discord's form, those of two words in groups; each finds its office by who was asked."""
    singles: list[app_commands.Command[Any, ..., Any]] = []
    groups: dict[str, app_commands.Group] = {}
    closed = _closed(registry.commands())
    for command in registry.commands():
        first, _, second = command.name.partition(" ")
        made: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=second or first, description=command.summary, callback=_callback(command)
        )
        if not second:
            made.default_permissions = closed.get(first)
            singles.append(made)
        else:
            if first not in groups:
                groups[first] = app_commands.Group(
                    name=first, description=_GROUPS[first], default_permissions=closed.get(first)
                )
            groups[first].add_command(made)
    return (*singles, *groups.values())


def _closed(commands: tuple[Command, ...]) -> dict[str, discord.Permissions]:
    """First words under which everything needs Manage Server: Discord then shows them to nobody else."""
    words = {command.name.partition(" ")[0] for command in commands}
    open_to_all = {
        command.name.partition(" ")[0] for command in commands if not (command.manage or command.manage_in_guild)
    }
    return {word: discord.Permissions(manage_guild=True) for word in words - open_to_all}


async def sync_when_changed(tree: app_commands.CommandTree[Any], office: Office, application_id: int) -> bool:
    """Tell Discord the commands when they differ from what it was told last; it allows only so many a day."""
    told = [command.to_dict(tree) for command in tree.get_commands()]
    told += [menu.to_dict(tree) for menu in tree.get_commands(type=discord.AppCommandType.message)]
    mark = hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
    name = f"discord_commands:{application_id}"
    if await office.database.read(markers.read, name) == mark:
        return False
    await tree.sync()
    await office.database.write(markers.put, name, mark, office.clock.now())
    return True


def _callback(command: Command) -> Any:
    async def callback(interaction: discord.Interaction[Any], **values: Any) -> None:
        given = {name: str(value) for name, value in values.items() if value is not None}
        given |= {"_id": str(interaction.id), "_at": str(int(interaction.created_at.timestamp() * 1000))}
        home = _home(interaction)
        ordered = registry.run(home.office, caller_of(interaction), command.name, given)
        if not command.opens_form:
            ordered = _with_button(ordered, str(interaction.id), home.unsent)
        await answer(interaction, ordered, private=command.private, form=command.opens_form)

    parameters = [
        inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    ]
    parameters += [_parameter(option) for option in command.options]
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    for option in command.options:
        app_commands.describe(**{option.name: option.description})(callback)
        if option.choices:
            choices = [app_commands.Choice(name=choice, value=choice) for choice in option.choices]
            app_commands.choices(**{option.name: choices})(callback)
        if option.complete:
            app_commands.autocomplete(**{option.name: _completion(option)})(callback)
    return callback


async def _with_button(ordered: Awaitable[Answer], name: str, unsent: Unsent) -> Answer:
    """The answer with a button in a form's place: Discord takes a form as the first word only, and this one takes
    time to make and should be read first."""
    given = await ordered
    if given.form is None:
        return given
    form = Sent(given.form.key, {field.key: field.value for field in given.form.fields})
    return replace(given, form=None, buttons=(*given.buttons, unsent.keep(name, form, "Open the form")))


def _parameter(option: Option) -> inspect.Parameter:
    annotation: Any = (
        app_commands.Range[int, 0] if option.kind == "number" else app_commands.Range[str, 1, option.longest]
    )
    default = inspect.Parameter.empty if option.required else None
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _completion(option: Option) -> Any:
    async def complete(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[Any]]:
        others = {name: str(value) for name, value in interaction.namespace if value is not None}
        found = await registry.complete(
            _home(interaction).office, caller_of(interaction), option.complete, str(typed), others
        )
        number = option.kind == "number"
        return [app_commands.Choice(name=label, value=int(value) if number else value) for value, label in found]

    return complete


async def answer(
    interaction: discord.Interaction[Any],
    answering: Awaitable[Answer],
    *,
    private: bool,
    form: bool = False,
    failed: Callable[[str], Answer] = Answer,
) -> None:
    """Give the answer, whatever it is, within Discord's three seconds or after a sign of patience."""
    task = asyncio.ensure_future(_given(interaction, answering, failed))
    try:
        done, _ = await asyncio.wait({task}, timeout=_SOON_S)
        if not done and form:
            # Discord takes a form as the first word only, so a late one can't follow a sign of patience.
            task.cancel()
            await _show(interaction, Answer(_BUSY))
            return
        if not done:
            await interaction.response.defer(ephemeral=private, thinking=True)
        await _show(interaction, await task)
    except discord.HTTPException as error:
        await asyncio.wait({task})  # what was ordered is done all the same
        if error.code not in EXPIRED and error.status != 404:
            raise
        _log.warning("interaction_expired", interaction=interaction.id)


async def take(interaction: discord.Interaction[Any], office: Office, unsent: Unsent) -> None:
    """Hand a form that was sent to the command that asked for it; one that is not taken can be mended."""
    form = sent(interaction)

    def failed(sentence: str) -> Answer:
        return Answer(sentence, buttons=(unsent.keep(str(interaction.id), form),), file=form.text)

    submitted = registry.submit(office, caller_of(interaction), form.key, form.values)
    await answer(interaction, submitted, private=True, failed=failed)


async def _given(
    interaction: discord.Interaction[Any], answering: Awaitable[Answer], failed: Callable[[str], Answer]
) -> Answer:
    try:
        return await answering
    except Refused as refused:
        return failed(str(refused))
    except Exception:
        _log.exception("command_broke", command=getattr(interaction.command, "qualified_name", ""))
        return failed(_BROKE)


def _files(given: Answer) -> list[discord.File]:
    """What is handed over beside the text."""
    named = ((given.file.encode(), given.file_name), (given.picture, given.picture_name))
    return [discord.File(io.BytesIO(content), name) for content, name in named if content]


async def _show(interaction: discord.Interaction[Any], given: Answer) -> None:
    if given.form is not None and not interaction.response.is_done():
        modal = FormModal(given.form, given.text)
        await interaction.response.send_modal(modal)
        modal.stop()  # it is known by its key when it comes back, so nothing needs to wait for it in memory
        return
    parts = split(given.text) or split("Done.")
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        view = buttons_view(given.buttons) if last else None
        extras: dict[str, Any] = {"view": view} if view else {}
        if last and (files := _files(given)):
            extras["files"] = files
        extras |= {"ephemeral": given.private, "allowed_mentions": _NOBODY}
        if interaction.response.is_done():
            await interaction.followup.send(part.shown, **extras)
        else:
            await interaction.response.send_message(part.shown, **extras)
        if view is not None:
            view.stop()
