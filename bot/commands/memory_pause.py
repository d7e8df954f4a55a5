"""/memory pause: talk without being remembered for a while."""

from __future__ import annotations

from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option
from storage import pauses
from storage.engines.base import Transaction

_PAUSE = Option("pause", "yes pauses it (the default), no goes on remembering.", required=False, choices=("yes", "no"))
PAUSED = "-# Your memory is paused; /memory pause with no goes on."


async def pause(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Begin or end it, for this person and every persona."""
    if arguments.get("pause", "yes") == "no":
        ended = await office.database.write(pauses.end, caller.platform, caller.platform_id)
        return Answer("I remember again what you say from now on." if ended else "Your memory was not paused.")
    now = office.clock.now()
    begun = await office.database.write(pauses.begin, caller.platform, caller.platform_id, now)
    if not begun:
        return Answer(f"Your memory is paused already.\n{PAUSED}")
    return Answer(
        "Paused: what you say from now on is answered and not remembered, by no persona and in no place. What was "
        "remembered before stays, and what you ask for by name (“remember that …”, /memory add) is kept.\n" + PAUSED
    )


def paused(tx: Transaction, caller: Caller) -> bool:
    """Whether nothing is remembered of what they say."""
    return pauses.since(tx, caller.platform, caller.platform_id) is not None


COMMANDS = (
    Command(
        "memory pause",
        "Talk without being remembered, until you end it.",
        pause,
        (_PAUSE,),
        always=True,
        example="/memory pause",
    ),
)
