"""Commands as Discord lists them: made from bot/commands, and synced only when they changed."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Awaitable
from dataclasses import replace
from functools import cache
from typing import Any

import discord
from discord import app_commands

from bot.commands import registry
from bot.commands.base import Answer, Command, Office, Option
from bot.commands.completion import MOST, Suggestion
from bot.gateway.forms import Sent, Unsent
from bot.gateway.orders import answer, caller_of, home_of, moment_of
from storage import markers

_GROUPS = {
    "persona": "Who answers here, and as what.",
    "memory": "What personas remember of you.",
    "key": "A key of your own, or a server's, for the language model.",
    "lore": "What personas are told of the world they talk in.",
    "privacy": "What I keep of you, and how to have it forgotten.",
    "prompt": "The words that make a persona, version by version.",
    "queue": "What is still owed, and what was given up.",
    "usage": "What answers took, in tokens and money.",
    "config": "What may change while I run.",
    "access": "Who may talk with personas, and who may change what.",
    "pairing": "Who may talk with me in direct messages.",
}


def around(interaction: discord.Interaction[Any], typed: str) -> list[Suggestion]:
    """Roles, channels and categories of the server whose name has those letters, as /access takes them."""
    guild = interaction.guild
    if guild is None:
        return []
    rooms = [(f"<#{room.id}>", f"#{room.name}") for room in guild.channels]
    roles = [(f"<@&{role.id}>", f"@{role.name}") for role in guild.roles if not role.is_default()]
    part = typed.strip().casefold()
    return [(value, label[:100]) for value, label in (*roles, *rooms) if part in label.casefold()]


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
        given |= {"_id": str(interaction.id), "_at": str(moment_of(interaction))}
        home, caller = home_of(interaction), caller_of(interaction)

        def order() -> Awaitable[Answer]:
            ordered = registry.run(home.office, caller, command.name, given)
            return ordered if command.opens_form else _with_button(ordered, str(interaction.id), home.unsent)

        await answer(interaction, order, private=command.private, form=command.opens_form, once=command.changes)

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
            home_of(interaction).office, caller_of(interaction), option.complete, str(typed), others
        )
        if option.complete == "subject":
            found = [*found, *around(interaction, str(typed))][:MOST]
        number = option.kind == "number"
        return [app_commands.Choice(name=label, value=int(value) if number else value) for value, label in found]

    return complete
