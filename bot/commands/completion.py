"""What might be meant by the first letters of an argument, from the database only."""

from __future__ import annotations

from bot.commands import prompt, queue
from bot.commands.base import Arguments, Caller, Office, Refused
from bot.commands.words import cut, day
from config.dynamic import MODELS, SETTINGS, THRIFTY_MODELS
from config.kinds import NONE
from storage import personas, prompts
from storage.engines.base import Transaction
from storage.records import PersonaLine

MOST = 25
LONGEST = 100

Suggestion = tuple[str, str]  # the value, and what people see of it


def persona_names(tx: Transaction, caller: Caller, typed: str) -> list[Suggestion]:
    """Personas that talk here."""
    return _matching([line for line in personas.listed(tx, caller.guild_id) if line.standing == "active"], typed)


def all_persona_names(tx: Transaction, caller: Caller, typed: str) -> list[Suggestion]:
    """Personas this guild can see, whether they talk or not."""
    return _matching(personas.listed(tx, caller.guild_id), typed)


def _matching(lines: list[PersonaLine], typed: str) -> list[Suggestion]:
    """Those whose name begins so, before those that have it within."""
    part = personas.name_key(typed)
    words = {line.name: (line.name, personas.name_key(line.display_name)) for line in lines}
    begin = [line for line in lines if any(word.startswith(part) for word in words[line.name])]
    within = [line for line in lines if line not in begin and any(part in word for word in words[line.name])]
    return [(line.name, cut(f"{line.display_name}: {line.description}", LONGEST)) for line in (*begin, *within)]


def versions(tx: Transaction, office: Office, caller: Caller, typed: str, arguments: Arguments) -> list[Suggestion]:
    """Versions of the prompt that the other arguments mean, newest first."""
    try:
        shelf = prompt.shelf(tx, office, caller, arguments)
    except Refused:
        return []
    found = prompts.history(tx, shelf.persona_id, shelf.slot)
    return [
        (str(version.number), cut(f"{version.number}: {day(version.created_at)}, {version.reason}", LONGEST))
        for version in found
        if str(version.number).startswith(typed.strip())
    ]


def work_ids(tx: Transaction, caller: Caller, typed: str) -> list[Suggestion]:
    """What is owed in this guild, or outside guilds in this channel."""
    return [
        (one.item.id, cut(f"{one.persona}: {one.state} {one.item.fault} {one.item.id}", LONGEST))
        for one in queue.owed(tx, caller)
        if typed.strip() in one.item.id
    ]


def setting_names(typed: str) -> list[Suggestion]:
    """Settings that have it in their name or sentence, by name before by sentence."""
    part = typed.strip().casefold()
    by_name = [setting for setting in SETTINGS if part in setting.name]
    by_sentence = [one for one in SETTINGS if one not in by_name and part in one.sentence.casefold()]
    return [(one.name, cut(f"{one.name}: {one.sentence}", LONGEST)) for one in (*by_name, *by_sentence)]


def setting_values(office: Office, typed: str, arguments: Arguments) -> list[Suggestion]:
    """Values of the setting typed before, and for one that has too many of them what they must be."""
    setting = next((one for one in SETTINGS if one.name == arguments.get("name", "")), None)
    if setting is None:
        return []
    choices = (*office.models, NONE) if setting in (MODELS, THRIFTY_MODELS) else setting.kind.choices
    part = typed.strip().casefold()
    found = [(value, cut(value, LONGEST)) for value in choices if part in value.casefold()]
    if choices:
        return found
    default = office.defaults[setting.name] or NONE
    value = typed.strip()[:LONGEST] or default
    return [(value, cut(f"{value} ({setting.kind.bounds})", LONGEST))]
