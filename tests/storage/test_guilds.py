"""A guild that we left long ago leaves no word in any table, and what other places hold stays."""

from __future__ import annotations

from storage import access, alerts, bindings, departures, guilds, lore, personas, prompts, settings, spending
from storage.access import DENY, Rule
from storage.alerts import Alarm
from storage.bindings import ChannelKey
from storage.departures import Departure
from storage.engines.base import Transaction
from storage.lore import Entry, Signed
from storage.records import Binding
from storage.settings import Wish
from storage.spending import Spent
from tests.memory.ground import Ground
from tests.storage.conftest import NOW, a_persona
from tests.storage.test_forgetting import SAFE, SECRET, Town, town

__all__ = ["town"]


def set_up(tx: Transaction, ground: Ground) -> None:
    """Everything that a guild's people set up there."""
    own = a_persona(ground.ids, SECRET, "10", description=SECRET, greeting=SECRET, starters=(SECRET,))
    personas.add(tx, own, NOW)
    wording = prompts.NewPrompt(ground.ids.new("prm"), own.id, "voice", SECRET, SECRET, SECRET)
    prompts.publish(tx, wording, NOW)
    for scope in ("guild:discord:10", "channel:discord:1", f"conversation:discord:{ground.scenes['general'].id}"):
        assert settings.change(tx, Wish(scope, "language", "Welsh", "Ann", SECRET), NOW)
    place = lore.of_channel("discord", "10", "1")
    entry = Entry(ground.ids.new("lor"), place, SECRET, "[]", SECRET, 1, 50, 1, "person", "Ann", NOW, NOW)
    lore.add(tx, entry, Signed(ground.ids.new("lch"), "Ann", SECRET, NOW))
    access.put(tx, Rule("acc_1", "discord", "10", "chat", "person:7", DENY, None, SECRET, SECRET, NOW))
    bindings.bind(tx, ChannelKey("discord", "1", "10"), Binding(own.id, "always"), SECRET, NOW)
    spending.add(tx, spending.of_guild("discord", "10"), Spent(5, 5), NOW)
    alerts.sight(tx, "alr_1", Alarm("budget_near", "guild:discord:10 guild_day_budget", SECRET), NOW)


async def test_no_word_of_a_guild_is_left_and_other_places_keep_theirs(town: Town) -> None:
    ground, database = town.ground, town.database
    for scene in ("general", "secret", "thread", "with Odile"):
        await town.exchange(f"I am {SECRET}", f"How {SECRET} of you", scene=scene)
    await ground.tell(f"Mara loves {SECRET} tea.", topic=SECRET, tags=(SECRET,))
    await town.exchange(f"I am {SAFE}", f"How {SAFE}", scene="elsewhere")
    await ground.tell(f"Mara loves the {SAFE}.", scene="dm of Mara")
    await database.write(set_up, ground)

    steps = 0
    while not (await database.write(guilds.erase, "discord", "10", ground.now, 3)).whole:
        steps += 1

    assert SECRET not in town.text().lower() and steps >= 3
    assert await ground.known("dm of Mara") == [f"Mara loves the {SAFE}."]
    assert town.outside.rows("SELECT count(*) FROM messages WHERE content LIKE '%lighthouse%'") == [(3,)]
    for table in ("bindings", "access_rules", "spending", "alerts", "lore", "lore_changes", "setting_changes"):
        assert town.outside.rows(f"SELECT * FROM {table}") == [], table
    assert await database.write(guilds.erase, "discord", "10", ground.now)


async def test_the_first_leave_counts_and_who_is_back_in_time_is_not_due(town: Town) -> None:
    database = town.database
    assert await database.read(departures.stayed, "discord") == ["10", "11"]
    for guild_id, at in (("10", NOW), ("10", NOW + 9), ("11", NOW + 5)):
        await database.write(departures.leave, "discord", guild_id, at)

    assert await database.read(departures.due, NOW + 4) == [Departure("discord", "10", NOW)]
    assert await database.write(departures.still, Departure("discord", "10", NOW))
    assert await database.write(departures.back, "discord", "10")
    assert not await database.write(departures.still, Departure("discord", "10", NOW))
    await database.write(departures.erased, Departure("discord", "11", NOW + 5), NOW + 6)
    assert await database.read(departures.due, NOW + 99) == []
    assert await database.read(departures.stayed, "discord") == ["10"]
    assert await database.read(departures.left, "discord") == ["11"]
