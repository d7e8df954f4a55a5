"""/stats and /persona trending: who talks with whom here, how much, and how soon personas answer."""

from __future__ import annotations

from bot.commands import here, periods, stats_told
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.periods import DAY_MS, PERIOD
from bot.commands.words import plain
from storage import personas, stats
from storage.engines.base import Transaction
from storage.stats import Figures, Trend, Where

_PERSONA = Option("persona", "One persona; all of them without it.", required=False, complete="persona", longest=80)
_MOST = 10


def _where(caller: Caller, persona: str = "") -> Where:
    """The caller's guild, or outside guilds their channel."""
    return Where(caller.platform, caller.guild_id, "" if caller.guild_id else caller.place.channel_id, persona)


async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Every figure of the time, with the same as a picture."""
    days = periods.days_of(arguments, office.clock.now())
    whose, found = await office.database.read(_found, caller, arguments.get("persona", ""), days.start * DAY_MS)
    title = f"{whose} {periods.told(arguments)}"
    head = stats_told.head(title, found)
    if not (found.talked or found.memories or found.votes):
        return Answer(head)
    picture = await office.draw(stats_told.chart(title, days, found))
    return Answer(f"{head}\n{stats_told.tables(found)}", picture=picture, picture_name="stats.png")


def _found(tx: Transaction, caller: Caller, word: str, since: int) -> tuple[str, Figures]:
    if not word:
        whose = "This server" if caller.guild_id else "Here"
        return whose, stats.figures(tx, _where(caller), since)
    persona = here.named(tx, caller, word)
    return plain(persona.sheet.display_name), stats.figures(tx, _where(caller, persona.name), since)


async def trending(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Who is talked with most, and whether more or less than as long before."""
    days = periods.days_of(arguments, office.clock.now())
    since, before = days.start * DAY_MS, (days.start - len(days)) * DAY_MS
    found = await office.database.read(_trending, caller, since, before)
    if not found:
        raise Refused(f"Nobody talked with a persona here {periods.told(arguments)}; /persona list shows who is there.")
    lines = (stats_told.trend(place, name, one) for place, (name, one) in enumerate(found[:_MOST], 1))
    return Answer("\n".join([stats_told.trends(periods.told(arguments), len(days)), *lines]))


def _trending(tx: Transaction, caller: Caller, since: int, before: int) -> list[tuple[str, Trend]]:
    """Those who still talk here, by their names."""
    names = {line.name: line.display_name for line in personas.listed(tx, caller.guild_id) if line.standing == "active"}
    found = stats.trending(tx, _where(caller), since, before)
    return [(names[one.name], one) for one in found if one.name in names]


COMMANDS = (
    Command(
        "stats",
        "People, messages, memories, votes and how soon personas answer.",
        show,
        (PERIOD, _PERSONA),
        manage_in_guild=True,
        right="settings",
        example="/stats 30d ada",
        reads=True,
    ),
    Command(
        "persona trending",
        "Whom people here talk with most lately.",
        trending,
        (PERIOD,),
        example="/persona trending 30d",
        reads=True,
    ),
)
