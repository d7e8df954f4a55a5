"""/usage me, guild, top, persona and bot: what answers cost, as a table and as a picture."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import here, periods, usage_told
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.periods import DAY_MS, PERIOD
from bot.commands.words import plain
from bot.spending.budget import Limit, spent_of
from storage import people, usage
from storage.engines.base import Transaction
from storage.spending import Spent
from storage.usage import Spender, Used, Whose

_PERSONA = Option("name", "The persona.", complete="persona", longest=32)
_MOST = 15


@dataclass(frozen=True, slots=True)
class _Own:
    """What somebody spent, and how much of each budget that concerns them here."""

    rows: list[Used]
    budgets: list[tuple[Limit, Spent]]
    shut: str


async def me(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """One's own, everywhere, with the budgets that concern one here."""
    days = periods.days_of(arguments, office.clock.now())
    own = await office.database.read(_own, office, caller, days.start * DAY_MS)
    lines = [usage_told.budget(limit, spent) for limit, spent in own.budgets]
    lines += [own.shut] if own.shut else []
    return await _answer(office, f"What answers to you took {periods.told(arguments)}", days, own.rows, lines)


def _own(tx: Transaction, office: Office, caller: Caller, since: int) -> _Own:
    person = people.known(tx, caller.platform, caller.platform_id)
    rows = usage.used(tx, Whose(person_id=person.id), since) if person else []
    budgets = [(limit, spent_of(tx, limit)) for limit in here.budgets(tx, office, caller)]
    return _Own(rows, budgets, here.spent(tx, office, caller))


async def guild(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """The whole server's."""
    days = periods.days_of(arguments, office.clock.now())
    whose = Whose(platform=caller.platform, guild_id=caller.guild_id)
    rows = await office.database.read(usage.used, whose, days.start * DAY_MS)
    return await _answer(office, f"What this server took {periods.told(arguments)}", days, rows)


async def bot(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Everything, with what no conversation was charged for."""
    days = periods.days_of(arguments, office.clock.now())
    rows = await office.database.read(usage.used, Whose(), days.start * DAY_MS)
    return await _answer(office, f"What the whole bot took {periods.told(arguments)}", days, rows)


async def persona(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """One persona's in this server, or outside servers in this channel."""
    days = periods.days_of(arguments, office.clock.now())
    meant = await office.database.read(here.named, caller, arguments["name"])
    place = caller.place
    channel = "" if caller.guild_id else place.channel_id
    whose = Whose("", caller.platform, caller.guild_id, channel, meant.name)
    rows = await office.database.read(usage.used, whose, days.start * DAY_MS)
    return await _answer(office, f"What {plain(meant.sheet.display_name)} took {periods.told(arguments)}", days, rows)


async def top(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Who took most in this server."""
    days = periods.days_of(arguments, office.clock.now())
    found = await office.database.read(usage.spenders, caller.platform, caller.guild_id, days.start * DAY_MS, _MOST)
    if not found:
        raise Refused(f"Nobody took anything {periods.told(arguments)}.")
    return Answer(f"**Who took most {periods.told(arguments)}**\n{usage_told.ranking(map(_row, found))}")


def _row(one: Spender) -> tuple[str, int, int, int]:
    return " ".join(one.name.split()), one.replies, one.tokens, one.cost


async def _answer(office: Office, title: str, days: range, rows: list[Used], lines: list[str] | None = None) -> Answer:
    text = "\n".join([usage_told.head(title, rows), *(lines or [])])
    if not rows:
        return Answer(text)
    picture = await office.draw(usage_told.chart(title, days, rows))
    return Answer(f"{text}\n{usage_told.tables(rows)}", picture=picture, picture_name="usage.png")


COMMANDS = (
    Command(
        "usage me",
        "What answers to you took, and what your budget has left.",
        me,
        (PERIOD,),
        always=True,
        example="/usage me 30d",
        reads=True,
    ),
    Command(
        "usage guild",
        "What this server took, by day, model and persona.",
        guild,
        (PERIOD,),
        manage=True,
        right="settings",
        example="/usage guild month",
        reads=True,
    ),
    Command(
        "usage top",
        "Who took most in this server.",
        top,
        (PERIOD,),
        manage=True,
        right="settings",
        example="/usage top 30d",
        reads=True,
    ),
    Command(
        "usage persona",
        "What a persona took here.",
        persona,
        (_PERSONA, PERIOD),
        manage_in_guild=True,
        right="settings",
        example="/usage persona ada 30d",
        reads=True,
    ),
    Command(
        "usage bot",
        "What everything together took, in every server.",
        bot,
        (PERIOD,),
        operator=True,
        example="/usage bot month",
        reads=True,
    ),
)
