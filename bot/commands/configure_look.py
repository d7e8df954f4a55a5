"""/config get, explain and history: what holds for the caller here, where it comes from, and who changed it."""

from __future__ import annotations

from bot.commands import here, levels
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import day, plain
from bot.settings.snapshot import Chain, chains
from storage import conversations, settings
from storage.engines.base import Transaction
from storage.settings import ORDER, PARENT, Change, Reach

_MOST = 20
NAME = Option("name", "The setting.", complete="setting", longest=40)
_ANY_NAME = Option("name", "The setting; without it all of them.", required=False, complete="setting", longest=40)
PERSONA = Option(
    "persona",
    "Whose conversation here is meant; without it that of whoever answers here.",
    required=False,
    complete="persona",
    longest=80,
)


def chains_of(tx: Transaction, office: Office, reach: Reach) -> tuple[Chain, ...]:
    """Where every setting's value comes from within reach."""
    return chains(reach, settings.in_force(tx, reach, settings.generation(tx)), office.defaults)


def reach_here(tx: Transaction, office: Office, caller: Caller, word: str) -> Reach:
    """Everything that bears on the caller here, in a conversation that may not have begun."""
    try:
        persona = here.meant(tx, office, caller, word)
    except Refused:
        if word:
            raise
        return levels.reach(caller, "")
    place = caller.place
    found = conversations.of_scene(tx, place.platform, place.channel_id, place.guild_id, persona.id)
    return levels.reach(caller, found.id if found else "")


def _found(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Chain, ...]:
    return chains_of(tx, office, reach_here(tx, office, caller, word))


async def get(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """What holds for the caller here, with the level it comes from."""
    name = arguments.get("name", "")
    wanted = levels.setting_of(name).name if name else ""
    found = await office.database.read(_found, office, caller, arguments.get("persona", ""))
    lines = [_in_force(chain) for chain in found if wanted in ("", chain.setting.name)]
    return Answer("\n".join(["**What holds for you here**", *lines, "-# /config explain says more about one."]))


def _in_force(chain: Chain) -> str:
    source = "default" if chain.wins is None else ORDER[chain.wins]
    return f"- `{chain.setting.name}`: {chain.setting.shown(chain.text)} ({source})"


async def explain(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Every level's value, nearest first, and which of them is in force."""
    setting = levels.setting_of(arguments["name"])
    found = await office.database.read(_found, office, caller, arguments.get("persona", ""))
    chain = next(chain for chain in found if chain.setting is setting)
    return Answer("\n".join(_explained(chain)))


def _explained(chain: Chain) -> list[str]:
    setting = chain.setting
    lines = [f"`{setting.name}`: {setting.sentence} It must be {setting.kind.bounds}."]
    for position, change in enumerate(chain.given):
        if ORDER[position] in setting.levels and (position != PARENT or change is not None):
            lines.append(_step(chain, position, change))
    mark = " **in force**" if chain.wins is None else ""
    env = f", from `TROUPE_{setting.static.upper()}`" if setting.static else ""
    lines.append(f"- default: {setting.shown(chain.default)}{env}{mark}")
    return [*lines, f"-# The first of these that is set holds. {levels.who_may(setting)}"]


def _step(chain: Chain, position: int, change: Change | None) -> str:
    level = "the thread's channel" if position == PARENT else ORDER[position]
    if change is None or change.new_value is None:
        return f"- {level}: not set"
    mark = " **in force**" if chain.wins == position else ""
    why = f": {plain(change.reason)}" if change.reason else ""
    by = f"{day(change.changed_at)} by {plain(change.changed_by)}{why}"
    return f"- {level}: {chain.setting.shown(change.new_value)}{mark}, set {by}"


def _past(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> list[Change]:
    reach = reach_here(tx, office, caller, arguments.get("persona", ""))
    return settings.history(tx, reach, arguments.get("name", "").casefold(), _MOST)


async def history(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Who changed what bears on the caller here, when and why, newest first."""
    if arguments.get("name"):
        levels.setting_of(arguments["name"])
    found = await office.database.read(_past, office, caller, arguments)
    if not found:
        return Answer("Nobody has changed anything that holds for you here; /config get shows what holds.")
    return Answer("\n".join(["**Changes that bear on you here, newest first**", *map(_line, found)]))


def _line(change: Change) -> str:
    level = change.scope.partition(":")[0]
    old, new = (_told(change.name, value) for value in (change.old_value, change.new_value))
    why = f": {plain(change.reason)}" if change.reason else ""
    by = f"{day(change.changed_at)}, {plain(change.changed_by)}{why}"
    return f"- `{change.generation}` `{change.name}` for {level}: {old} → {new}, {by}"


def _told(name: str, value: str | None) -> str:
    """A kept value, also of a setting that this release does not know any more."""
    if value is None:
        return "not set"
    try:
        return levels.setting_of(name).shown(value)
    except Refused:
        return f"`{plain(value)}`"


COMMANDS = (
    Command("config get", "What holds for you here.", get, (_ANY_NAME, PERSONA), example="/config get", reads=True),
    Command(
        "config explain",
        "Where a setting's value comes from, and who may set it.",
        explain,
        (NAME, PERSONA),
        example="/config explain reply_length",
        reads=True,
    ),
    Command(
        "config history",
        "Who changed what, when and why.",
        history,
        (_ANY_NAME, PERSONA),
        example="/config history",
        reads=True,
    ),
)
