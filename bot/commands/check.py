"""May this person order this, and are the arguments what the command takes? Pure; raises Refused."""

from __future__ import annotations

from bot.access.gate import Gate
from bot.access.rules import told
from bot.commands.base import Arguments, Caller, Command, Forbidden, Option, Refused
from bot.commands.words import one_of
from bot.text.clean import clean
from storage.access import OPERATOR

NEEDS_RIGHT = (
    "/{name} changes things for everyone here, so it needs the Manage Server permission; ask somebody who has it."
)
NEEDS_SERVER = "/{name} changes things for a whole server; use it in a server where you have Manage Server."
NEEDS_OPERATOR = (
    "/{name} is for the operator of this bot alone, in its terminal or as the owner of its Discord application; "
    "ask whoever runs it."
)
_BARRED = "You may not order that here, because of {}; /access explain says more, and /privacy and /memory stay yours."
_SHUT = {
    "closed": "I talk with nobody in direct messages; use me in a server.",
    "pairing": "I talk in direct messages only with people my operator lets in; write to me to learn how to ask.",
}
HANDED_IN = "_"  # arguments that begin so come from the face and not from the person


def may_manage(caller: Caller, right: str = "") -> bool:
    """Whether the caller may change what a guild shares, by Manage Server or by a rule that gives them that right.

    Outside guilds only the terminal may.
    """
    if caller.guild_id == "":
        return caller.can_manage and caller.place.kind == "terminal"
    return caller.can_manage or right in caller.may


def admitted(command: Command, caller: Caller, gate: Gate) -> None:
    """Refuse those whom a rule keeps from talking with personas, and all but the operator where messages are shut."""
    if command.always or caller.operates:
        return
    if command.keeps_order and caller.can_manage and gate.barred is not None and gate.barred.guild_id != OPERATOR:
        return
    if gate.barred is not None:
        raise Forbidden(_BARRED.format(told(gate.barred)))
    if gate.shut:
        raise Forbidden(_SHUT[gate.shut])


def right(command: Command, caller: Caller) -> None:
    """Refuse those who may not."""
    if command.operator and not caller.operates:
        raise Forbidden(NEEDS_OPERATOR.format(name=command.name))
    needed = command.manage or (command.manage_in_guild and caller.guild_id != "")
    if not needed or may_manage(caller, command.right):
        return
    sentence = NEEDS_RIGHT if caller.guild_id else NEEDS_SERVER
    raise Forbidden(sentence.format(name=command.name))


def arguments(command: Command, given: Arguments) -> dict[str, str]:
    """The arguments with blank ones left out, and what nobody can see in them and space around them gone."""
    known = {option.name: option for option in command.options}
    found: dict[str, str] = {}
    for name, value in given.items():
        if name not in known and not name.startswith(HANDED_IN):
            raise Refused(f"/{command.name} has no option “{name}”; {_takes(command)}")
        if seen := clean(value).strip():
            found[name] = seen
    for option in command.options:
        _fits(command, option, found.get(option.name))
    return found


def _takes(command: Command) -> str:
    names = tuple(option.name for option in command.options)
    return f"it takes {one_of(names)}." if names else "leave it out."


def _fits(command: Command, option: Option, value: str | None) -> None:
    if value is None:
        if option.required:
            what = option.description.rstrip(".")
            raise Refused(f"/{command.name} needs “{option.name}” ({what}), for example: {command.example}")
        return
    if len(value) > option.longest:
        raise Refused(
            f"“{option.name}” may have {option.longest} characters and this has {len(value)}; please shorten it."
        )
    if option.choices and value not in option.choices:
        raise Refused(f"“{option.name}” must be {one_of(option.choices)}; please choose one of them.")
    if option.kind == "number" and not (value.isascii() and value.isdigit()):
        raise Refused(f"“{option.name}” must be a whole number such as 1; please write it in digits.")
