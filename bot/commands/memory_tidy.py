"""/memory consolidate: tidy what a persona remembers of this place now, or see what that would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands import here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import all_of, count, plain
from bot.memory.consolidation.carry import ACTOR, carry_out
from bot.memory.consolidation.look import part
from bot.memory.consolidation.owing import owe_tidying
from bot.memory.consolidation.plan import plan
from bot.memory.consolidation.sittings import Sitting
from bot.memory.consolidation.steps import WORDS, Step, Terms, Tidied
from bot.memory.consolidation.terms import terms_of
from bot.memory.journal import Pen
from bot.settings.snapshot import look_now
from storage import consolidations, conversations
from storage.consolidations import Consolidation
from storage.engines.base import Transaction
from storage.records import Persona
from storage.settings import Reach

_PERSONA = Option(
    "persona", "Whose memory; without it whoever answers here.", required=False, complete="persona", longest=80
)
_DRY = Option("dry_run", "yes only shows what it would do; no is the default.", required=False, choices=("yes", "no"))
_PARTS = 50  # of one order; what is left after that goes on in the background
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Place:
    """What is tidied, by what rules, and since when there may be doubts for a model."""

    persona: Persona
    conversation_id: str
    terms: Terms
    ran_at: int | None


@dataclass(frozen=True, slots=True)
class _Went:
    """What a pass came to, and what is left of it."""

    steps: tuple[Step, ...]
    doubts: int = 0
    sittings: tuple[Sitting, ...] = ()
    more: bool = False

    @property
    def left(self) -> bool:
        """Whether the background has something to do."""
        return bool(self.doubts or self.sittings or self.more)


async def consolidate(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """A whole pass by rules; what only a model can tell is left to the background."""
    place = await office.database.read(_place, office, caller, arguments.get("persona", ""))
    dry = arguments.get("dry_run") == "yes"
    went = await _go(office, place, dry)
    name = plain(place.persona.sheet.display_name)
    if dry:
        return Answer("\n".join([f"**Tidying would change {_things(went)} of {name}'s memory here**", *_list(went)]))
    if went.left:
        await office.database.write(
            owe_tidying, place.conversation_id, office.ids, office.clock.now(), place.ran_at or 0
        )
        office.bells.work.ring()
    office.bells.passages.ring()
    return Answer("\n".join([f"**{name}'s memory here is tidied: {_things(went)} changed**", *_tallied(went)]))


def _place(tx: Transaction, office: Office, caller: Caller, word: str) -> _Place:
    persona, place = here.meant(tx, office, caller, word), caller.place
    scene = conversations.of_scene(tx, place.platform, place.channel_id, place.guild_id, persona.id)
    if scene is None:
        raise Refused(f"{plain(persona.sheet.display_name)} remembers nothing of this place yet.")
    reach = Reach(place.platform, scene.id, "", place.channel_id, place.parent_id, place.guild_id)
    settings = look_now(tx, reach, office.defaults)
    terms = terms_of(settings)
    if not terms.on:
        raise Refused("Tidying is switched off here; /config set consolidation on allows it.")
    reached = consolidations.of_scene(tx, scene.id)
    return _Place(persona, scene.id, terms, reached.ran_at if reached else None)


async def _go(office: Office, place: _Place, dry: bool) -> _Went:
    """Part by part from the beginning, each in a transaction of its own."""
    began_at, through, doubts, steps = office.clock.now(), 0, 0, list[Step]()
    for _ in range(_PARTS):
        reached = Consolidation(place.conversation_id, through, began_at, place.ran_at, 0)
        looked = await office.database.read(part, reached)
        planned = plan(looked, place.terms, began_at)
        doubts += len(planned.doubts)
        tidied = Tidied(place.conversation_id, planned.steps, began_at, looked.through, looked.more)
        pen = Pen(office.ids, office.clock.now(), ACTOR, "model")
        steps += planned.steps if dry else (await office.database.write(carry_out, tidied, pen)).steps
        through = looked.through
        if not looked.more:
            return _Went(tuple(steps), doubts, planned.sittings)
    return _Went(tuple(steps), doubts, more=True)


def _things(went: _Went) -> str:
    return count(len(went.steps), "thing") if went.steps else "nothing"


def _tallied(went: _Went) -> Sequence[str]:
    counted = Counter(WORDS[step.what] for step in went.steps)
    lines = [f"{all_of(f'{number} {what}' for what, number in counted.items())}."] if counted else []
    if went.left:
        lines.append(f"In the background: {_left(went)}.")
    return [*lines, "-# /memory history shows why, and /memory undo takes a change back for good."]


def _left(went: _Went) -> str:
    said = [
        f"{count(went.doubts, 'pair')} may be the same in other words, which a model can tell" if went.doubts else "",
        f"{count(len(went.sittings), 'summary', 'summaries')} of what was told together" if went.sittings else "",
        "there is more than one order looks at" if went.more else "",
    ]
    return "; ".join(filter(None, said))


def _list(went: _Went) -> Sequence[str]:
    lines = [_line(step) for step in went.steps[:_SHOWN]]
    hidden = len(went.steps) - len(lines)
    if hidden:
        lines.append(f"-# And {count(hidden, 'more', 'more')}.")
    if went.left:
        lines.append(f"-# In the background: {_left(went)}.")
    return [*lines, "-# Nothing was changed; without dry_run it is done."]


def _line(step: Step) -> str:
    *rest, last = step.edits
    said = " and ".join(f"“{plain(edit.before.statement)}”" for edit in (last, *rest))
    return f"- {said}: {WORDS[step.what]}; {plain(last.reason)}"


COMMANDS = (
    Command(
        "memory consolidate",
        "Tidy what a persona remembers of this place.",
        consolidate,
        (_DRY, _PERSONA),
        manage_in_guild=True,
        right="memories",
        example="/memory consolidate yes",
    ),
)
