"""Who may set what at which level, and what a level means for the caller. Pure; raises Refused."""

from __future__ import annotations

from difflib import get_close_matches

from bot.commands.base import Arguments, Caller, Forbidden, Refused
from bot.commands.check import may_manage
from bot.commands.words import one_of, plain
from config.dynamic import LEVELS, SETTINGS, Level, Setting
from storage.settings import Reach

HERE: dict[str, str] = {
    "conversation": "this conversation",
    "user": "you",
    "channel": "this channel",
    "guild": "this server",
    "global": "everybody",
}
_WHO = {
    "yourself": "you",
    "manager": "those with Manage Server",
    "operator": "the operator of this bot",
}


def setting_of(name: str) -> Setting[object]:
    """The setting of that name; raises Refused with the nearest."""
    known = {setting.name: setting for setting in SETTINGS}
    wanted = name.casefold()
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "/config get lists them all."
    raise Refused(f"There is no setting “{plain(name)}”; {hint}")


def level_of(setting: Setting[object], caller: Caller, word: str) -> Level:
    """The level that the word names; raises Refused where the setting has none of it, or the place has none."""
    level = next((one for one in LEVELS if one == word), None)
    if level not in setting.levels:
        raise Refused(f"{setting.name} can be set for {one_of(setting.levels)}; please choose one of them.")
    if not caller.guild_id and (level == "guild" or (setting.in_guilds and level != "global")):
        raise Refused("Here is no server to set that for; order it in the server's own channels.")
    return level


def right(caller: Caller, arguments: Arguments) -> None:
    """Refuse who may not set this setting at this level."""
    setting = setting_of(arguments["name"])
    level = level_of(setting, caller, arguments["level"])
    who = needed(setting, level, in_guild=caller.guild_id != "")
    if who == "operator" and not caller.operates:
        what = setting.name if setting.operator else f"{setting.name} at the level {level}"
        raise Forbidden(f"Only {_WHO[who]} may set {what}, in its terminal or as the owner of its Discord application.")
    if who == "manager" and not may_manage(caller, "settings"):
        raise Forbidden(
            f"Setting {setting.name} for {HERE[level]} needs the Manage Server permission; ask somebody who has it."
        )
    if level in ("conversation", "channel") and not caller.guild_id and caller.place.kind not in ("dm", "terminal"):
        raise Forbidden(
            f"Nobody manages this place, so nobody can set {setting.name} for {HERE[level]}; set it for you."
        )


def needed(setting: Setting[object], level: Level, *, in_guild: bool) -> str:
    """Who may: yourself, manager or operator. A place outside guilds is the person's own."""
    if setting.operator or level == "global":
        return "operator"
    if level == "user" or not in_guild:
        return "yourself"
    return "manager"


def who_may(setting: Setting[object]) -> str:
    """For each kind of person the levels at which they may set it, as a sentence."""
    by: dict[str, list[str]] = {}
    for level in setting.levels:
        by.setdefault(needed(setting, level, in_guild=True), []).append(level)
    told = [f"{_WHO[who]} for {one_of(levels)}" for who, levels in by.items()]
    return "It may be set by " + "; by ".join(told) + "."


def reach(caller: Caller, conversation_id: str) -> Reach:
    """Everything that bears on the caller here."""
    place = caller.place
    return Reach(
        platform=caller.platform,
        conversation_id=conversation_id,
        person=caller.platform_id,
        channel_id=place.channel_id,
        parent_id=place.parent_id,
        guild_id=place.guild_id,
    )
