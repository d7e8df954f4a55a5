"""/config set and unset: who may changes a setting, and a record of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import here, levels
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.configure_look import NAME, PERSONA, chains_of, reach_here
from bot.commands.levels import HERE
from bot.commands.words import one_of, plain
from bot.settings.snapshot import Chain
from config.dynamic import (
    CHANNEL_PACE,
    LEVELS,
    MODELS,
    PERSON_PACE,
    QUIET_HOURS,
    THRIFTY_MODELS,
    TIME_ZONE,
    Level,
    Setting,
)
from config.kinds import Unfit, written
from storage import conversations, settings, work
from storage.conversations import Scene
from storage.engines.base import Transaction
from storage.settings import ORDER, Change, Reach, Wish

_WAKING = (QUIET_HOURS, TIME_ZONE, PERSON_PACE, CHANNEL_PACE)
_LONGEST = 200
_VALUE = Option("value", "Its new value; none where it may have none.", complete="setting_value", longest=_LONGEST)
_LEVEL = Option("level", "For whom: user is you, guild is this server, global is everybody.", choices=LEVELS)
_WHY = Option("why", "Why; /config history shows it.", required=False, longest=_LONGEST)


@dataclass(frozen=True, slots=True)
class _Changed:
    """What was set, where, what it was before, and what is in force here now."""

    setting: Setting[object]
    level: Level
    change: Change
    chain: Chain


async def change(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Set a value for one level; it holds from the next reply on, and what is being answered goes on as it began."""
    setting = levels.setting_of(arguments["name"])
    value = _value(office, setting, arguments["value"])
    done = await office.database.write(_change, office, caller, arguments, value)
    before = f"before {setting.shown(done.change.old_value)}" if done.change.old_value is not None else "not set before"
    now = f"`{setting.name}` is {setting.shown(value)} for {HERE[done.level]} from now on ({before})."
    return _woken(office, done, now)


async def take_away(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Have no value at one level any more, so that the next one holds."""
    setting = levels.setting_of(arguments["name"])
    done = await office.database.write(_change, office, caller, arguments, None)
    return _woken(office, done, f"`{setting.name}` is not set for {HERE[done.level]} any more.")


def _woken(office: Office, done: _Changed, text: str) -> Answer:
    """The answer; what waits for other quiet hours, or another pace, is looked at again."""
    if done.setting in _WAKING:
        office.bells.work.ring()
    chain = done.chain
    if chain.text == done.change.new_value:
        return Answer(text)
    source = "the default" if chain.wins is None else f"set for {HERE[ORDER[chain.wins]]}"
    return Answer(f"{text}\n-# What holds for you here is {chain.setting.shown(chain.text)}, {source}.")


def _value(office: Office, setting: Setting[object], text: str) -> str:
    """The value as it is kept; raises Refused with its bounds."""
    try:
        value = setting.read(text)
    except Unfit as unfit:
        raise Refused(f"{unfit}, but it is “{plain(text)}”; nothing was changed.") from unfit
    if setting in (MODELS, THRIFTY_MODELS) and isinstance(value, tuple) and not set(value) <= set(office.models):
        unknown = one_of(sorted(set(value) - set(office.models)))
        known = one_of(office.models)
        raise Refused(f"I am connected to no model {plain(unknown)}; I know {known}, and OPENAI_MODELS adds others.")
    return written(value)


def _reach(tx: Transaction, office: Office, caller: Caller, word: str, level: Level) -> Reach:
    """Everything that bears on the caller here; a conversation that never began is opened to be set for."""
    reach = reach_here(tx, office, caller, word)
    if level != "conversation" or reach.conversation_id:
        return reach
    persona, place = here.meant(tx, office, caller, word), caller.place
    scene = Scene(place.platform, place.channel_id, place.guild_id, place.parent_id, place.kind, persona.id)
    return levels.reach(caller, conversations.open(tx, office.ids.new("cnv"), scene, office.clock.now()).id)


def _change(tx: Transaction, office: Office, caller: Caller, arguments: Arguments, value: str | None) -> _Changed:
    setting = levels.setting_of(arguments["name"])
    level = levels.level_of(setting, caller, arguments["level"])
    reach = _reach(tx, office, caller, arguments.get("persona", ""), level)
    why = " ".join(arguments.get("why", "").split())
    wish = Wish(reach.scope(level), setting.name, value, caller.author, why)
    made = settings.change(tx, wish, office.clock.now())
    if made is None:
        already = "not set" if value is None else f"{setting.shown(value)} already"
        raise Refused(f"{setting.name} is {already} for {HERE[level]}; nothing was changed.")
    if setting in _WAKING:
        work.wake(tx, "" if level == "global" else caller.guild_id, office.clock.now())
    chain = next(one for one in chains_of(tx, office, reach) if one.setting is setting)
    return _Changed(setting, level, made, chain)


COMMANDS = (
    Command(
        "config set",
        "Change a setting; what is being answered goes on as it began.",
        change,
        (NAME, _VALUE, _LEVEL, _WHY, PERSONA),
        allow=levels.right,
        example="/config set reply_length short user",
    ),
    Command(
        "config unset",
        "Take a setting's value away, so that the next level's holds.",
        take_away,
        (NAME, _LEVEL, _WHY, PERSONA),
        allow=levels.right,
        example="/config unset reply_length user",
    ),
)
