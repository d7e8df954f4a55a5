"""/memory card: the few things about you that a persona always has in mind."""

from __future__ import annotations

from bot.commands import remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option
from bot.commands.words import plain
from bot.memory.card import card as on_card
from storage import memories
from storage.engines.base import Transaction
from storage.memories import Memory

_PERSONA = Option(
    "persona", "Whose memory; without it whoever answers here.", required=False, complete="persona", longest=80
)
_EMPTY = (
    "There is nothing on your card here yet. What matters much, was told more than once or has held for a month is put "
    "on it at night; /memory pin keeps something always in mind at once."
)


async def card(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """The card as replies have it, below what is pinned."""
    name, found = await office.database.read(_card, office, caller, arguments.get("persona", ""))
    if not found:
        return Answer(_EMPTY)
    lines = [remembered.shown(one, "") for one in found]
    return Answer("\n".join([f"**{plain(name)} always has this in mind of you here**", *lines, _HINT]))


_HINT = "-# /memory history shows why something is on it, /memory undo takes it off, /memory forget forgets it."


def _card(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[str, list[Memory]]:
    view = remembered.view(tx, office, caller, word)
    if view is None:
        return "", []
    pins = [one for one in memories.pinned(tx, view.audience) if view.person_id in (one.subject_key, one.teller_id)]
    return view.persona.sheet.display_name, [*pins, *on_card(tx, view.audience)]


COMMANDS = (
    Command(
        "memory card",
        "What a persona always has in mind of you here.",
        card,
        (_PERSONA,),
        always=True,
        example="/memory card",
        reads=True,
    ),
)
