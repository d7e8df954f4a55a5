"""/prompt history, diff and activate: the wordings a persona had, and which one the next reply uses."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from bot.commands import editions, here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.persona import ANY_NAME
from bot.commands.words import count, cut, day, plain
from bot.personas.publish import HOUSE, VOICE, Edit, write_prompt
from storage import prompts
from storage.engines.base import Transaction
from storage.records import Persona, PromptVersion

LONGEST_DIFF = 3500
LONGEST_LINE = 700
_SENTENCE_END = re.compile(r"(?<=[.!?…]) +|\n")
_MOST = 25
_OWN_NAME = Option(
    "name", "The persona; without it whoever answers here.", required=False, complete="any_persona", longest=80
)
_SLOT = Option(
    "slot",
    "voice: the persona's own (the default); house: the rules all share.",
    required=False,
    choices=(VOICE, HOUSE),
)


def _version(name: str, description: str) -> Option:
    return Option(name, description, complete="prompt_version", longest=9, kind="number")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the versions of a prompt stand; ``persona`` is None for the house rules."""

    slot: str
    persona: Persona | None

    @property
    def persona_id(self) -> str:
        """As prompts are kept: '' for the system's own."""
        return self.persona.id if self.persona else prompts.SYSTEM

    @property
    def title(self) -> str:
        """How answers name it."""
        return f"**{plain(self.persona.sheet.display_name)}**, {self.slot}" if self.persona else "**The house rules**"


def shelf(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> Shelf:
    """The prompt that the arguments mean, among those this guild can see."""
    if arguments.get("slot") == HOUSE:
        return Shelf(HOUSE, None)
    return Shelf(VOICE, here.meant(tx, office, caller, arguments.get("name", "")))


def _history(
    tx: Transaction, office: Office, caller: Caller, arguments: Arguments
) -> tuple[Shelf, list[PromptVersion]]:
    found = shelf(tx, office, caller, arguments)
    return found, prompts.history(tx, found.persona_id, found.slot, _MOST)


async def history(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """The newest versions with who wrote them and why."""
    found, versions = await office.database.read(_history, office, caller, arguments)
    return Answer("\n".join([f"{found.title}, newest first:", *map(_line, versions)]))


def _line(version: PromptVersion) -> str:
    mark = " **active**" if version.active else ""
    size = count(len(version.template), "character")
    when = day(version.created_at)
    return f"- `{version.number}`{mark} {when}, {plain(version.author)}: {plain(version.reason)} ({size})"


def _numbered(tx: Transaction, found: Shelf, number: str) -> PromptVersion:
    version = prompts.numbered(tx, found.persona_id, found.slot, int(number))
    if version is None:
        raise Refused(f"{found.title.replace('*', '')} has no version {number}; /prompt history lists them.")
    return version


def _two(
    tx: Transaction, office: Office, caller: Caller, arguments: Arguments
) -> tuple[Shelf, PromptVersion, PromptVersion]:
    found = shelf(tx, office, caller, arguments)
    return found, _numbered(tx, found, arguments["old"]), _numbered(tx, found, arguments["new"])


async def diff(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """What one version says and another does not."""
    found, old, new = await office.database.read(_two, office, caller, arguments)
    lines = _compared(old, new)
    if not lines:
        return Answer(f"{found.title}: versions {old.number} and {new.number} read the same.")
    return Answer(f"{found.title}, from version {old.number} to {new.number}:\n{_fenced(lines)}")


def _compared(old: PromptVersion, new: PromptVersion) -> list[str]:
    """The differences sentence by sentence, for prompts have long paragraphs; else line by line."""
    names = (f"version {old.number}", f"version {new.number}")
    for pieces in (_SENTENCE_END.split, str.splitlines):
        lines = list(difflib.unified_diff(pieces(old.template), pieces(new.template), *names, n=1, lineterm=""))
        if lines:
            return [cut(line.replace("```", "`\u200b`\u200b`"), LONGEST_LINE) for line in lines]
    return []


def _fenced(lines: list[str]) -> str:
    """A diff block of whole lines, with a note of how many did not fit."""
    shown: list[str] = []
    for line in lines:
        if sum(map(len, shown)) + len(shown) + len(line) > LONGEST_DIFF:
            break
        shown.append(line)
    left = len(lines) - len(shown)
    note = f"\n-# {count(left, 'more line')} not shown." if left else ""
    return "\n".join(["```diff", *shown, "```"]) + note


@dataclass(frozen=True, slots=True)
class _Activated:
    """What was asked for, which version now is active, and whether that changed anything."""

    shelf: Shelf
    number: int
    changed: bool
    copied: bool = False


def _activate(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> _Activated:
    found = shelf(tx, office, caller, arguments)
    if found.persona is None and caller.place.kind != "terminal":
        raise Refused("The house rules are shared by every server; the operator changes them in the terminal.")
    if found.persona is not None:
        here.changeable(found.persona)
    version = _numbered(tx, found, arguments["number"])
    if version.active:
        return _Activated(found, version.number, changed=False)
    if found.persona is not None and found.persona.guild_id != caller.guild_id:
        return _activate_copy(tx, office, caller, found.persona, version)
    return _Activated(found, version.number, prompts.activate(tx, found.persona_id, found.slot, version.number))


def _activate_copy(
    tx: Transaction, office: Office, caller: Caller, shared: Persona, version: PromptVersion
) -> _Activated:
    """A guild changes its own copy: what it chose becomes the copy's newest version."""
    mine = editions.own(tx, office, caller, shared)
    edit = Edit(caller.author, f"version {version.number} of the shared {shared.name}")
    write_prompt(tx, mine.id, VOICE, version.template, edit, office.ids, office.clock.now())
    active = prompts.active(tx, mine.id, VOICE)
    return _Activated(Shelf(VOICE, mine), active.number if active else 0, changed=True, copied=True)


async def activate(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let the next reply use that version."""
    done = await office.database.write(_activate, office, caller, arguments)
    if not done.changed:
        return Answer(f"{done.shelf.title}: version {done.number} is active already.")
    text = f"{done.shelf.title}: the next reply uses version {arguments['number']}."
    if done.copied:
        text += f" This server now has its own copy, where that wording is version {done.number}."
    return Answer(text)


COMMANDS = (
    Command(
        "prompt history",
        "The versions of a persona's voice.",
        history,
        (_OWN_NAME, _SLOT),
        example="/prompt history ada",
        reads=True,
    ),
    Command(
        "prompt diff",
        "What changed between two versions.",
        diff,
        (ANY_NAME, _version("old", "The earlier version."), _version("new", "The later version."), _SLOT),
        example="/prompt diff ada 1 2",
        reads=True,
    ),
    Command(
        "prompt activate",
        "Let the next reply use another version.",
        activate,
        (ANY_NAME, _version("number", "The version to use."), _SLOT),
        manage=True,
        right="personas",
        example="/prompt activate ada 1",
    ),
)
