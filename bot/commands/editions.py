"""The transactions that make a persona and its next versions; a guild changes a copy of what all guilds share."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import here, sheets
from bot.commands.base import Arguments, Caller, Office, Refused
from bot.commands.sheets import LABELS, Written
from bot.commands.words import all_of, plain
from bot.personas.publish import VOICE, Edit, make_own, write_prompt
from storage import personas, prompts
from storage.engines.base import Transaction
from storage.records import Persona, PromptVersion, Sheet

_MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Opened:
    """A persona at the versions of its sheet and its voice (0 for none) at which its form was opened."""

    persona_id: str
    version: int
    voice: int

    @property
    def key(self) -> str:
        """As it stands in a form's key."""
        return f"{self.persona_id}:{self.version}:{self.voice}"

    @staticmethod
    def read(key: str) -> Opened:
        """What a form's key says; raises Refused."""
        match key.split(":"):
            case [persona_id, version, voice] if version.isdecimal() and voice.isdecimal():
                return Opened(persona_id, int(version), int(voice))
        raise Refused("That form is out of date; open /persona edit again.")


@dataclass(frozen=True, slots=True)
class Edited:
    """The persona as it stands now, and the questions whose answers changed."""

    persona: Persona
    changed: tuple[str, ...]


def begin(tx: Transaction, office: Office, caller: Caller, wanted: Written) -> Persona:
    """Make the guild's own persona; in the terminal one that everybody shares."""
    name = _free_name(tx, caller, wanted)
    sheets.check(name, wanted)
    _unclaimed(tx, caller, "", (wanted.display_name, name))
    edit, now = Edit(caller.author, "made with /persona create"), office.clock.now()
    new = Persona(office.ids.new("prs"), caller.guild_id, name, "active", "person", "", 0, "", "", "")
    personas.add(tx, _version(office, new, wanted.onto(sheets.BLANK), edit), now)
    write_prompt(tx, new.id, VOICE, wanted.voice, edit, office.ids, now)
    return here.standing(tx, caller, new.id)


def open(tx: Transaction, caller: Caller, word: str) -> tuple[Persona, Written, Opened]:
    """The persona a word names, with what its form holds."""
    persona = here.changeable(here.named(tx, caller, word))
    voice = prompts.active(tx, persona.id, VOICE)
    return (
        persona,
        _written(persona.sheet, voice),
        Opened(persona.id, persona.version, voice.number if voice else 0),
    )


def change(tx: Transaction, office: Office, caller: Caller, opened: Opened, values: Arguments) -> Edited:
    """Keep what the person changed, on top of what others changed while the form was open."""
    before = _as_opened(tx, caller, opened)
    persona = here.standing(tx, caller, opened.persona_id)
    stands = _written(persona.sheet, prompts.active(tx, persona.id, VOICE))
    wanted = sheets.merge(before, stands, sheets.read(values, before))
    changed = sheets.differences(stands, wanted)
    if not changed:
        return Edited(persona, ())
    sheets.check(persona.name, wanted)
    _unclaimed(tx, caller, persona.name, (wanted.display_name,))
    edit = Edit(caller.author, f"changed {all_of(LABELS[key].lower() for key in changed)}")
    return Edited(_keep(tx, office, own(tx, office, caller, persona), wanted, edit), changed)


def own(tx: Transaction, office: Office, caller: Caller, persona: Persona) -> Persona:
    """What this guild may change in the persona's place: its own copy, made now if it has none; raises Refused."""
    edit = Edit(caller.author, "this server's own copy")
    return make_own(tx, here.changeable(persona), caller.guild_id, edit, office.ids, office.clock.now())


def _keep(tx: Transaction, office: Office, persona: Persona, wanted: Written, edit: Edit) -> Persona:
    sheet, now = wanted.onto(persona.sheet), office.clock.now()
    if sheet != persona.sheet:
        personas.change(tx, _version(office, persona, sheet, edit), now)
    write_prompt(tx, persona.id, VOICE, wanted.voice, edit, office.ids, now)
    return personas.in_reach(tx, persona.id, persona.guild_id) or persona


def _as_opened(tx: Transaction, caller: Caller, opened: Opened) -> Written:
    """What the form held when it was opened; raises Refused when that can't be told any more."""
    reachable = personas.in_reach(tx, opened.persona_id, caller.guild_id) is not None
    found = personas.versions(tx, opened.persona_id, _MOST_VERSIONS) if reachable else []
    sheet = next((version.sheet_json for version in found if version.number == opened.version), None)
    if sheet is None:
        raise Refused("That form is out of date; open /persona edit again.")
    return _written(Sheet.load(sheet), prompts.numbered(tx, opened.persona_id, VOICE, opened.voice))


def _written(sheet: Sheet, voice: PromptVersion | None) -> Written:
    return sheets.written(sheet, voice.template if voice else "")


def _free_name(tx: Transaction, caller: Caller, wanted: Written) -> str:
    """The name in small letters; only the stand-in for names of other alphabets is numbered."""
    name = sheets.slug(wanted.display_name)
    if name != sheets.STAND_IN or name == wanted.display_name.casefold():
        return name
    numbered = (f"{name}-{number}" for number in range(2, 10_000))
    return next(free for free in (name, *numbered) if personas.called(tx, caller.guild_id, free) is None)


def _unclaimed(tx: Transaction, caller: Caller, own_name: str, words: tuple[str, ...]) -> None:
    """Refuse words that another persona of this guild answers to."""
    for word in words:
        found = personas.called(tx, caller.guild_id, word)
        if found is not None and found.name != own_name:
            other = plain(found.sheet.display_name)
            instead = "" if found.banned else f", or change {other} with /persona edit {found.name}"
            raise Refused(
                f"Nothing was saved: {other} (`{found.name}`) already answers to “{plain(word)}” here; "
                f"choose another name{instead}."
            )


def _version(office: Office, persona: Persona, sheet: Sheet, edit: Edit) -> personas.NewPersona:
    return personas.NewPersona(
        id=persona.id,
        version_id=office.ids.new("pvr"),
        guild_id=persona.guild_id,
        name=persona.name,
        status=persona.status,
        source=persona.source,
        file_hash=persona.file_hash,
        sheet=sheet,
        author=edit.author,
        reason=edit.reason,
    )
