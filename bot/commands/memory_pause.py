"""/memory pause: talk without being remembered for a while."""

from __future__ import annotations

from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option
from storage import pauses, people
from storage.engines.base import Transaction

_PAUSE = Option("pause", "yes pauses it (the default), no goes on remembering.", required=False, choices=("yes", "no"))
PAUSED = "-# Your memory is paused; /memory pause with no goes on."


async def pause(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Begin or end it, for this person and every persona."""
    if arguments.get("pause", "yes") == "no":
        ended = await office.database.write(_end, caller)
        return Answer("I remember again what you say from now on." if ended else "Your memory was not paused.")
    begun = await office.database.write(_begin, office, caller)
    if not begun:
        return Answer(f"Your memory is paused already.\n{PAUSED}")
    return Answer(
        "Paused: what you say from now on is answered and not remembered, by no persona and in no place. What was "
        "remembered before stays, and what you ask for by name (“remember that …”, /memory add) is kept.\n" + PAUSED
    )


def _begin(tx: Transaction, office: Office, caller: Caller) -> bool:
    now = office.clock.now()
    person = people.heard(tx, office.ids.new("psn"), caller.platform, caller.platform_id, caller.name, now)
    return pauses.begin(tx, person.id, now)


def _end(tx: Transaction, caller: Caller) -> bool:
    person = people.known(tx, caller.platform, caller.platform_id)
    return person is not None and pauses.end(tx, person.id)


def paused(tx: Transaction, caller: Caller) -> bool:
    """Whether nothing is remembered of what they say."""
    person = people.known(tx, caller.platform, caller.platform_id)
    return person is not None and pauses.since(tx, person.id) is not None


COMMANDS = (
    Command(
        "memory pause",
        "Talk without being remembered, until you end it.",
        pause,
        (_PAUSE,),
        example="/memory pause",
    ),
)
