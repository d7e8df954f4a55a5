"""/persona list, show and use: who there is, what they are like, and whom this person talks with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import check, here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option
from bot.commands.words import all_of, day, plain, quote
from bot.personas import present
from bot.personas.face import starter_buttons
from bot.personas.publish import VOICE
from storage import bans, bindings, personas, prompts
from storage.engines.base import Transaction
from storage.records import BANNED, Ban, Persona, PersonaLine, PromptVersion

NAME = Option("name", "The persona's name or one of its aliases.", complete="persona", longest=80)
ANY_NAME = Option("name", "The persona's name or one of its aliases.", complete="any_persona", longest=80)

_GROUPS = {
    "active": "Talking",
    "coming_soon": "Coming soon",
    "discontinued": "No longer talking",
    "archived": "Archived",
    BANNED: "Banned by the operator",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """Everyone a caller can see, and by id who is bound here, chosen by the caller, and answers by default."""

    lines: list[PersonaLine]
    bound: str
    mode: str
    chosen: str
    default: str


def _known(tx: Transaction, caller: Caller, default_persona: str) -> _Known:
    binding = present.bound(tx, caller.place)
    return _Known(
        lines=personas.listed(tx, caller.guild_id),
        bound=binding.persona_id if binding else "",
        mode=binding.mode if binding else "",
        chosen=present.chosen(tx, caller.place, caller.platform_id),
        default=present.default(tx, caller.guild_id, default_persona),
    )


async def show_all(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Everyone, by what they do at present."""
    known = await office.database.read(_known, caller, office.default_persona)
    groups = [_group(known, caller, status) for status in _GROUPS]
    text = "\n".join(group for group in groups if group)
    return Answer(text or "There are no personas yet; /persona create makes one.")


def _group(known: _Known, caller: Caller, status: str) -> str:
    lines = [_line(known, caller, line) for line in known.lines if line.standing == status]
    return "\n".join([f"**{_GROUPS[status]}**", *lines]) if lines else ""


def _line(known: _Known, caller: Caller, line: PersonaLine) -> str:
    marks = {
        "this server's own": caller.guild_id != "" and line.guild_id == caller.guild_id,
        "answers everything here": line.id == known.bound and known.mode == "always",
        "answers here when mentioned": line.id == known.bound and known.mode == "mention",
        "your choice": line.id == known.chosen,
        "answers where nobody else was chosen": line.id == known.default,
    }
    noted = [mark for mark, holds in marks.items() if holds]
    noted += [f"because: {plain(line.banned)}"] if line.banned and check.may_manage(caller, "personas") else []
    note = f" *({', '.join(noted)})*" if noted else ""
    return f"- **{plain(line.display_name)}** `{line.name}` {plain(line.description)}{note}"


def _shown(tx: Transaction, caller: Caller, word: str) -> tuple[Persona, PromptVersion | None, Ban | None]:
    persona = here.named(tx, caller, word)
    return persona, prompts.active(tx, persona.id, VOICE), bans.over(tx, persona.id)


async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """All a persona is but the wording of its voice."""
    persona, voice, ban = await office.database.read(_shown, caller, arguments["name"])
    sheet = persona.sheet
    owner = "this server's own" if caller.guild_id and persona.guild_id else "shared"
    wording = f"voice version {voice.number}" if voice else "without a voice yet"
    parts = (
        f"**{plain(sheet.display_name)}** `{persona.name}` · {_GROUPS[persona.standing].lower()} · {owner}",
        _forbidden(ban) if ban and check.may_manage(caller, "personas") else "",
        plain(sheet.description),
        f"Also answers to {all_of(map(plain, sheet.aliases))}." if sheet.aliases else "",
        f"Is {', '.join(map(plain, sheet.traits))}." if sheet.traits else "",
        _listed("Limits", sheet.limits),
        f"**Greeting**\n{quote(sheet.greeting)}",
        _listed("Suggested messages", sheet.starters),
        sheet.avatar if sheet.avatar.startswith("https://") else "",
        f"-# Version {persona.version}, {wording}. Its voice: /prompt history {persona.name}",
    )
    return Answer("\n".join(part for part in parts if part))


def _forbidden(ban: Ban) -> str:
    return f"Banned {day(ban.banned_at)} by {plain(ban.banned_by)}: {plain(ban.reason)}"


def _listed(title: str, lines: tuple[str, ...]) -> str:
    return "\n".join([f"**{title}**", *(f"- {plain(line)}" for line in lines)]) if lines else ""


@dataclass(frozen=True, slots=True)
class _Used:
    """The persona chosen, the one that stands before it in this channel, and whether they have met here already."""

    persona: Persona
    first: Persona | None
    met: bool


def _use(tx: Transaction, caller: Caller, word: str, now: int) -> _Used:
    persona = here.talking(here.named(tx, caller, word))
    bindings.choose(tx, caller.platform, caller.platform_id, caller.guild_id, persona.id, now)
    binding = present.bound(tx, caller.place)
    first = personas.in_reach(tx, binding.persona_id, caller.guild_id) if binding else None
    return _Used(persona, first if first and first.id != persona.id else None, here.met(tx, caller, persona.id))


async def use(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Remember the choice; who has not met here yet is greeted, between two by the persona itself."""
    used = await office.database.write(_use, caller, arguments["name"], office.clock.now())
    persona, sheet = used.persona, used.persona.sheet
    where = "in this server" if caller.guild_id else "here"
    name = plain(sheet.display_name)
    text = f"You now talk with **{name}** {where}."
    if not caller.guild_id and not used.met:
        await office.greet(caller.place, persona.id)
    if caller.guild_id:
        text += "" if used.met else f"\n{quote(sheet.greeting)}"
        text += f"\n-# Mention me, or begin with “{name}, …”, and {name} answers."
    if used.first is not None:
        other = plain(used.first.sheet.display_name)
        text += f"\n-# This channel is bound to {other}, which answers first in it unless you begin with a name."
    return Answer(text, buttons=starter_buttons(persona.id, sheet) if caller.guild_id else ())


COMMANDS = (
    Command(
        "persona list",
        "Everyone you can talk with, and who answers here.",
        show_all,
        example="/persona list",
        reads=True,
    ),
    Command("persona show", "What a persona is like.", show, (ANY_NAME,), example="/persona show ada", reads=True),
    Command("persona use", "Choose whom you talk with here.", use, (NAME,), example="/persona use halvard"),
)
