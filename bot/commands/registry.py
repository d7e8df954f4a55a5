"""All commands, and the one way to order any: rights and arguments are checked here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from bot.commands import (
    about,
    access,
    access_look,
    check,
    completion,
    configure,
    configure_look,
    key,
    lore,
    lore_forms,
    lorebook,
    memory,
    memory_change,
    memory_judge,
    memory_pause,
    memory_tidy,
    memory_why,
    pairing,
    persona,
    persona_archive,
    persona_ban,
    persona_draft,
    persona_forms,
    persona_mute,
    persona_place,
    privacy,
    privacy_out,
    prompt,
    queue,
    quiet,
    sheets,
    talk,
    usage,
)
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Refused
from bot.commands.completion import MOST, Suggestion
from bot.commands.gated import gated
from bot.commands.words import cut
from bot.personas.orders import read_order

CONFIRM = "confirm:"
_NOTHING: Arguments = MappingProxyType({})
_OUT_OF_DATE = "That is out of date; please order it again."


def commands() -> tuple[Command, ...]:
    """Everything people may order, in the order of /help."""
    ordered = (
        *talk.COMMANDS,
        *persona.COMMANDS,
        *persona_place.COMMANDS,
        *persona_forms.COMMANDS,
        *persona_draft.COMMANDS,
        *persona_archive.COMMANDS,
        *persona_ban.COMMANDS,
        *persona_mute.COMMANDS,
        *memory.COMMANDS,
        *memory_change.COMMANDS,
        *memory_why.COMMANDS,
        *memory_judge.COMMANDS,
        *memory_pause.COMMANDS,
        *memory_tidy.COMMANDS,
        *lore.COMMANDS,
        *lore_forms.COMMANDS,
        *privacy.COMMANDS,
        *privacy_out.COMMANDS,
        *prompt.COMMANDS,
        *queue.COMMANDS,
        *usage.COMMANDS,
        *configure_look.COMMANDS,
        *configure.COMMANDS,
        *key.COMMANDS,
        *access_look.COMMANDS,
        *access.COMMANDS,
        *quiet.COMMANDS,
        *pairing.COMMANDS,
        *about.COMMANDS,
    )
    return (*ordered, about.help_with(ordered))


async def run(office: Office, caller: Caller, name: str, arguments: Arguments) -> Answer:
    """Do what a command says; raises Refused, and then nothing was changed."""
    command = _command(name)
    caller = await admitted(office, caller, command)
    given = check.arguments(command, arguments)
    if command.allow is not None:
        command.allow(caller, given)
    return await command.run(office, caller, given)


async def admitted(office: Office, caller: Caller, command: Command) -> Caller:
    """The caller with what rules let them change; raises Forbidden for those who may not order it, in any way."""
    gate = await office.database.read(gated, office, caller)
    caller = replace(caller, may=gate.may)
    check.admitted(command, caller, gate)
    check.right(command, caller)
    return caller


async def submit(office: Office, caller: Caller, form_key: str, values: Arguments) -> Answer:
    """Take a form that was filled in; raises Refused."""
    name, _, rest = form_key.partition(":")
    command = _command(name)
    if command.submit is None:
        raise Refused(_OUT_OF_DATE)
    caller = await admitted(office, caller, command)
    return await command.submit(office, caller, rest, values)


def asks_secret(form_key: str) -> bool:
    """Whether what was written in that form must be kept nowhere."""
    return any(command.asks_secret for command in commands() if command.name == form_key.partition(":")[0])


async def reopen(office: Office, caller: Caller, form_key: str, values: Arguments) -> Answer:
    """The form that was filled in so and not taken, to be mended; raises Refused."""
    command = _command(form_key.partition(":")[0])
    if command.submit is None:
        raise Refused(_OUT_OF_DATE)
    await admitted(office, caller, command)
    return Answer("", form=sheets.again(form_key, command.summary, command.questions, values))


async def press(office: Office, caller: Caller, key: str) -> Answer:
    """Do what a button beginning with CONFIRM confirms, or what another one orders; raises Refused."""
    order = read_order(key)
    if order is not None:
        name, given = order
        options = (option.name for option in _command(name).options)
        return await run(office, caller, name, dict(zip(options, given, strict=False)))
    what, _, rest = key.removeprefix(CONFIRM).partition(":")
    command = next((found for found in commands() if what and found.confirms == what), None)
    if command is None or command.press is None:
        raise Refused(_OUT_OF_DATE)
    caller = await admitted(office, caller, command)
    return await command.press(office, caller, rest)


def changes(key: str) -> bool:
    """Whether pressing a button of that key changes something, as far as can be told."""
    order = read_order(key)
    return order is None or all(command.changes for command in commands() if command.name == order[0])


async def complete(
    office: Office, caller: Caller, source: str, typed: str, arguments: Mapping[str, str] = _NOTHING
) -> list[Suggestion]:
    """At most 25 values with labels of at most 100 characters; ``arguments`` are the other ones typed so far."""
    found: list[Suggestion] = []
    gate = await office.database.read(gated, office, caller)
    caller = replace(caller, may=gate.may)
    match source:
        case "persona":
            found = await office.database.read(completion.persona_names, caller, typed)
        case "any_persona":
            found = await office.database.read(completion.all_persona_names, caller, typed)
        case "memory":
            own = await office.database.read(memory.suggestions, office, caller, typed)
            found = [(value, cut(label, completion.LONGEST)) for value, label in own]
        case "lore":
            seen = await office.database.read(lorebook.suggestions, office, caller, typed)
            found = [(value, cut(label, completion.LONGEST)) for value, label in seen]
        case "prompt_version":
            found = await office.database.read(completion.versions, office, caller, typed, arguments)
        case "work" if caller.guild_id == "" or check.may_manage(caller, "conversations"):
            found = await office.database.read(completion.work_ids, caller, typed)
        case "subject":
            found = await office.database.read(access_look.suggestions, office, caller, typed)
        case "setting":
            found = completion.setting_names(typed)
        case "setting_value":
            found = completion.setting_values(office, typed, arguments)
    return found[:MOST]


def _command(name: str) -> Command:
    known = {command.name: command for command in commands()}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean /{near[0]}?" if near else "/help lists them all."
    raise Refused(f"There is no command /{name[:40]}; {hint}")
