"""Every setting, set at every level it may be set at, changes what the bot does; unset, it does as before.

A new setting without an observation here fails.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.access.gate import to_leave
from bot.alerts.tell import Note, note
from bot.commands.base import Refused
from bot.jobs.leave import due
from bot.memory.candidate import Candidate, Subject
from bot.memory.consolidation.owing import owe_tidying
from bot.memory.journal import Pen
from bot.personas.face import load_buttons
from bot.ports import Balance, Place, Said, Speaker
from bot.spending import runway
from config.dynamic import LEVELS, SETTINGS, defaults
from storage import access, alerts, conversations, departures, lore, memories, people, spending
from storage.access import ALLOW, DENY, Rule
from storage.alerts import Alarm
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.lore import Entry, Signed
from storage.records import Conversation
from storage.spending import BOT, Spent
from tests.fakes.model_script import Says
from tests.settings.world import PLACE, Town

Observation = Callable[[Town], Awaitable[object]]
A_LONG_MESSAGE = "Ada, " + "tell me more about tides. " * 250


def of_the_call(key: str) -> Observation:
    async def observe(town: Town) -> object:
        return (await town.called()).body.get(key)

    return observe


async def instructions(town: Town) -> object:
    return (await town.called()).body["messages"][0]["content"]


async def what_is_read(town: Town) -> object:
    before = len(town.server.calls)
    await town.talk(A_LONG_MESSAGE)
    return len(town.server.calls) - before


async def how_it_is_shown(town: Town) -> object:
    town.server.replies(Says("one two three four five six", pieces=3, delay_s=0.3))
    item = await town.talk()
    return any(parcel.work_id == item.id and not parcel.final for parcel in town.mouth.said)


async def buttons(town: Town) -> object:
    await town.order("reset", persona="ada")
    item = await town.talk()
    return [part.buttons for part in await town.parts(item.id)]


async def what_a_reply_with_a_memory_offers(town: Town) -> object:
    await town.talk()
    house, said = town.house, f"Bob saw heron number{next(town.numbers)}"
    await house.database.write(remembered, house.ids, house.world.clock.now(), (said,))
    item = await town.talk("Ada, who saw the heron?")
    return [button.label for part in await town.parts(item.id) for button in load_buttons(part.buttons)]


async def whether_another_persona_knows_it(town: Town) -> object:
    await town.talk()
    house, number = town.house, next(town.numbers)
    said = f"Bob feeds heron number{number} at dawn"
    await house.database.write(remembered, house.ids, house.world.clock.now(), (said,))
    return said in str((await town.called(f"Odile, who feeds heron number{number}?")).body["messages"])


async def whether_unnamed_words_are_answered(town: Town) -> object:
    await town.order("persona bind", name="ada")
    work_id = await town.say("what a day")
    await town.order("persona unbind")
    return bool(work_id) and (await town.answered(work_id)).state


async def when_it_is_answered(town: Town) -> object:
    return (await town.talk()).state


async def when_it_is_answered_in_quiet_hours(town: Town) -> object:
    await town.order("config set", name="quiet_hours", value=hours_around_now(), level="global")
    state = (await town.talk()).state
    await town.order("config unset", name="quiet_hours", level="global")
    return state


def hours_around_now() -> str:
    """A part of the day in UTC in whose middle it is now, whatever the length of the test."""
    now = datetime.now(UTC)
    begin, end = now - timedelta(hours=2), now + timedelta(hours=2)
    return f"{begin:%H:%M}-{end:%H:%M}"


async def whether_doubles_are_merged(town: Town) -> object:
    said = f"plays the old piano number{next(town.numbers)} daily"
    return await left_after_tidying(town, f"Bob {said}", f"Bob {said}, too", age_days=0)


async def whether_it_is_put_away(town: Town) -> object:
    return await left_after_tidying(town, f"Bob saw heron number{next(town.numbers)}", age_days=100)


async def whether_a_session_is_summed_up(town: Town) -> object:
    said = [f"Bob saw {word} number{next(town.numbers)}" for word in ("heron", "crane", "a cat under the old bridge")]
    await left_after_tidying(town, *said, age_days=0.5)
    [scene] = await town.house.database.read(scenes)
    found = await town.house.database.read(memories.neighbours, scene.id, ":summary")
    return any(said[0] in one.statement for one in found)


async def whether_it_is_on_the_card(town: Town) -> object:
    await town.talk()
    house, now = town.house, town.house.world.clock.now()
    scene, kept = await house.database.write(named, house.ids, now, next(town.numbers))
    await tidied(town, scene)
    found = await house.database.read(memories.by_id, scene, kept)
    return found is not None and bool(found.core)


def named(tx: Transaction, ids: Ids, at: int, number: int) -> tuple[str, str]:
    """What somebody said of themselves and matters much, in the first scene there was; its id and that."""
    scene = scenes(tx)[-1]
    person = people.heard(tx, ids.new("psn"), PLACE.platform, f"card-{number}", f"Bob{number}", at).id
    subject = Subject("person", person, f"Bob{number}")
    candidate = Candidate(f"Bob{number} is allergic to nuts", "identity", subject, "", person, at, importance=9)
    memory = Pen(ids, at, "test").memory(scene.id, conversations.next_seq(tx, scene.id), candidate, None)
    memories.add(tx, memory)
    return scene.id, memory.id


async def tidied(town: Town, scene: str) -> None:
    """Wait for a pass over that scene."""
    house = town.house
    work_id = await house.database.write(owe_tidying, scene, house.ids, house.world.clock.now())
    house.bells.work.ring()
    await town.answered(work_id)


async def who_splits_a_question(town: Town) -> object:
    await town.order("config set", name="history_tokens", value="1300", level="global")
    for _ in range(3):
        await town.talk("Ada, nothing of note happened " * 40)
    before = len(town.server.calls)
    await town.talk("Ada, where was I born and who taught me?")
    await town.order("config unset", name="history_tokens", level="global")
    return any("response_format" in call.body for call in town.server.calls[before:])


def scenes(tx: Transaction) -> list[Conversation]:
    return conversations.of_channel(tx, PLACE.platform, PLACE.channel_id, PLACE.guild_id)


async def left_after_tidying(town: Town, *statements: str, age_days: float) -> int:
    """How many of these are remembered still after a pass."""
    await town.talk()
    house, now = town.house, town.house.world.clock.now()
    scene, kept = await house.database.write(remembered, house.ids, now - int(age_days * 86_400_000), statements)
    await tidied(town, scene)
    return sum([await house.database.read(is_live, one) for one in kept])


def remembered(tx: Transaction, ids: Ids, at: int, statements: tuple[str, ...]) -> tuple[str, list[str]]:
    """Statements of little importance in the first scene there was; its id and theirs."""
    scene = scenes(tx)[-1]
    subject, kept = Subject("name", "bob", "Bob"), []
    for statement in statements:
        candidate = Candidate(statement, "fact", subject, "", None, at, importance=1)
        memory = Pen(ids, at, "test").memory(scene.id, conversations.next_seq(tx, scene.id), candidate, None)
        memories.add(tx, memory)
        kept.append(memory.id)
    return scene.id, kept


def is_live(tx: Transaction, memory_id: str) -> bool:
    memory = memories.by_id(tx, scenes(tx)[-1].id, memory_id)
    return memory is not None and memory.state == "live"


async def whether_the_lorebook_is_open(town: Town) -> object:
    house, scope = town.house, lore.of_channel(PLACE.platform, PLACE.guild_id, PLACE.parent_id)
    now = house.world.clock.now()
    entry = Entry(house.ids.new("lor"), scope, "The pier", "[]", "It is haunted.", 1, 50, 1, "person", "Ann", now, now)
    if await house.database.read(lore.titled, scope, entry.title) is None:
        await house.database.write(lore.add, entry, Signed(house.ids.new("lch"), "Ann", "a test", now))
    return "> The pier: It is haunted." in str(await instructions(town))


async def how_often_a_bot_is_answered(town: Town) -> object:
    house, robot = town.house, Speaker(f"9{next(town.numbers)}", "Robot", is_bot=True)
    rule = Rule(
        house.ids.new("acc"), "discord", "10", "chat", f"person:{robot.platform_id}", ALLOW, None, "", "a test", 1
    )
    await house.database.write(access.put, rule)
    await town.talk()
    return [await town.heard(f"Ada, beep number {number}", robot) != "" for number in range(5)]


async def who_is_heard_in_private(town: Town) -> object:
    alone = Place("discord", "77", kind="dm")
    return [(await town.house.intake.judge(Said("", alone, Speaker("7", "Bob"), "hello", 1))).rule.name]


async def which_servers_are_left(town: Town) -> object:
    rule = Rule(town.house.ids.new("acc"), "discord", "", "chat", "guild:666", DENY, None, "", "a test", 1)
    await town.house.database.write(access.put, rule)
    return await town.house.database.read(to_leave, "discord", ["10", "666"], 2)


async def whether_it_may_answer(town: Town) -> object:
    words = await town.words_of((await town.talk()).id)
    return words.startswith("-# I have said all I may for now.")


async def whether_the_channel_is_told(town: Town) -> object:
    """Of late work, and once more half an hour later."""
    await town.talk()
    house, now = town.house, town.house.world.clock.now()
    alarm, usual = Alarm(f"kind{next(town.numbers)}", "", "Work is late"), defaults(house.settings)
    told = [await house.database.write(note, [alarm], Note(house.ids, at, usual)) for at in (now, now + 1_800_000)]
    await house.database.write(alerts.close_unseen, now + 10**9, now)
    return [work_id != "" for work_id in told]


async def how_much_is_saved(town: Town) -> object:
    """With a balance for two days."""
    house, now = town.house, town.house.world.clock.now()
    if await house.database.read(spending.since, BOT, 0) == Spent():
        await house.database.write(spending.add, BOT, Spent(1, 1_000_000), now)
        await house.database.write(runway.keep_balance, Balance(2_000_000, None), now)
    saved = await house.database.read(runway.changed, defaults(house.settings), now)
    if saved is not None:
        await house.database.write(runway.keep_saving, saved, now)
    return (await house.database.read(runway.saving)).level


async def which_left_servers_are_erased(town: Town) -> object:
    house, now = town.house, town.house.world.clock.now()
    await house.database.write(departures.leave, "discord", "555", now - 10 * 86_400_000)
    return [one.guild_id for one in await house.database.read(due, defaults(house.settings), now)]


def with_others(observe: Observation, **others: str) -> Observation:
    """What is to be seen while other settings hold everywhere."""

    async def observed(town: Town) -> object:
        for name, value in others.items():
            await town.order("config set", name=name, value=value, level="global")
        seen = await observe(town)
        for name in others:
            await town.order("config unset", name=name, level="global")
        return seen

    return observed


# By name: the value to set, and what is to be seen that differs with it.
OBSERVATIONS: dict[str, tuple[Callable[[], str], Observation]] = {
    "models": (lambda: "gpt-small", of_the_call("model")),
    "temperature": (lambda: "0", of_the_call("temperature")),
    "top_p": (lambda: "0.2", of_the_call("top_p")),
    "reply_tokens": (lambda: "77", of_the_call("max_tokens")),
    "history_tokens": (lambda: "1500", what_is_read),
    "reply_length": (lambda: "short", of_the_call("max_tokens")),
    "language": (lambda: "Welsh", instructions),
    "streaming": (lambda: "whole", how_it_is_shown),
    "suggestions": (lambda: "off", buttons),
    "why_button": (lambda: "off", what_a_reply_with_a_memory_offers),
    "trigger": (lambda: "mention", whether_unnamed_words_are_answered),
    "quiet_hours": (hours_around_now, when_it_is_answered),
    "shared_memory": (lambda: "on", whether_another_persona_knows_it),
    "consolidation": (lambda: "off", whether_doubles_are_merged),
    "memory_half_life": (lambda: "30", whether_it_is_put_away),
    "session_pause": (lambda: "24", whether_a_session_is_summed_up),
    "card_tokens": (lambda: "0", whether_it_is_on_the_card),
    "searches": (lambda: "model", who_splits_a_question),
    "lore_budget": (lambda: "0", whether_the_lorebook_is_open),
    "bot_turns": (lambda: "1", how_often_a_bot_is_answered),
    "direct_messages": (lambda: "closed", who_is_heard_in_private),
    "unserved": (lambda: "leave", which_servers_are_left),
    "person_pace": (lambda: "1", when_it_is_answered),
    "channel_pace": (lambda: "1", when_it_is_answered),
    **{
        f"{whose}_{time}_budget": (lambda: "0", whether_it_may_answer)
        for whose in ("person", "guild", "bot")
        for time in ("day", "month")
    },
    "thrifty_at": (
        lambda: "1",
        with_others(of_the_call("model"), thrifty_models="gpt-small", bot_day_budget="9000 tokens"),
    ),
    "thrifty_models": (
        lambda: "gpt-small",
        with_others(of_the_call("model"), thrifty_at="1", bot_day_budget="9000 tokens"),
    ),
    "alerts_channel": (lambda: f"discord:{PLACE.channel_id}", whether_the_channel_is_told),
    "alerts_pause": (
        lambda: "20",
        with_others(whether_the_channel_is_told, alerts_channel=f"discord:{PLACE.channel_id}"),
    ),
    "runway_days": (lambda: "1", how_much_is_saved),
    "keep_after_leaving": (lambda: "9", which_left_servers_are_erased),
    "time_zone": (lambda: "Pacific/Honolulu", when_it_is_answered_in_quiet_hours),
}
EVERYWHERE = [(setting.name, level) for setting in SETTINGS for level in setting.levels]
NOWHERE = [setting for setting in SETTINGS if set(LEVELS) - set(setting.levels)]


def test_every_setting_is_observed_and_no_other() -> None:
    assert set(OBSERVATIONS) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(("name", "level"), EVERYWHERE)
async def test_set_it_changes_what_happens_and_unset_no_more(town: Town, name: str, level: str) -> None:
    value, observe = OBSERVATIONS[name]
    before = await observe(town)

    await town.order("config set", name=name, value=value(), level=level)
    changed = await observe(town)
    await town.order("config unset", name=name, level=level)

    assert changed != before
    assert await observe(town) == before


async def test_where_it_is_read_by_nothing_it_can_t_be_set(town: Town) -> None:
    for setting in NOWHERE:
        value, _ = OBSERVATIONS[setting.name]
        for level in set(LEVELS) - set(setting.levels):
            with pytest.raises(Refused, match=f"{setting.name} can be set for"):
                await town.order("config set", name=setting.name, value=value(), level=level)


@pytest.mark.parametrize(("length", "line"), [("short", "one to three sentences"), ("long", "several paragraphs")])
async def test_how_long_a_reply_should_be_is_told_to_the_model(town: Town, length: str, line: str) -> None:
    before = await instructions(town)

    await town.order("config set", name="reply_length", value=length, level="user")

    after = str(await instructions(town))
    assert after.startswith(str(before)) and line in after
