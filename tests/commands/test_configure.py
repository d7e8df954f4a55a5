"""/config: bounds, rights, where a value comes from, and who changed it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.commands import registry
from bot.commands.base import Caller, Refused
from bot.ports import Place
from config.dynamic import BOT_TURNS, LEVELS, QUIET_HOURS, SETTINGS, TIME_ZONE, Level, Setting
from config.kinds import written
from storage import personas, settings, work
from storage.settings import GLOBAL, Reach, Wish
from storage.work import Lease
from tests.commands.conftest import ANN, BOB, DAN, EVE, NOW, OPERATOR, Troupe, managing

OWNER = replace(OPERATOR, operates=True)
OWNER_HERE = replace(BOB, operates=True)
GROUP = replace(managing(DAN), place=Place("discord", "88", kind="channel"))
THREAD = replace(ANN, place=Place("discord", "1007", "100", ANN.place.channel_id, "thread"))
OTHER: dict[str, str] = {
    "person_pace": "5",
    "channel_pace": "5",
    "thrifty_at": "50",
    "thrifty_models": "gpt-small",
    "quiet_hours": "22:00-07:00",
    "time_zone": "Asia/Tokyo",
    "models": "gpt-small",
    "memory_half_life": "30",
    "session_pause": "24",
}
VALID = [(setting, level) for setting in SETTINGS for level in setting.levels]


def other(setting: Setting[object]) -> str:
    """A value that is not the default."""
    choices = [choice for choice in setting.kind.choices if choice != written(setting.default)]
    return OTHER.get(setting.name) or (choices[0] if choices else "700" if "tokens" in setting.name else "0")


async def put(troupe: Troupe, caller: Caller, name: str, value: str, level: str, **more: str) -> str:
    return (await troupe.order(caller, "config set", name=name, value=value, level=level, **more)).text


async def changes(troupe: Troupe) -> int:
    return await troupe.database.read(settings.generation)


# ── rights ──


def may(caller: Caller, setting: Setting[object], level: Level) -> bool:
    """Who may, told apart from how it is decided: the operator all; others by level, never what is the operator's."""
    if not caller.guild_id and (
        level == "guild" or (level == "channel" and setting in (QUIET_HOURS, TIME_ZONE, BOT_TURNS))
    ):
        return False
    if level in ("conversation", "channel") and caller is GROUP:
        return False
    if caller.operates and (setting.operator or level in ("user", "global") or not caller.guild_id):
        return True
    own = level == "user" or (caller in (DAN, OWNER) and level in ("conversation", "channel"))
    managed = caller in (ANN, EVE) and level in ("conversation", "channel", "guild")
    return not setting.operator and (own or managed)


CALLERS = {
    "member": BOB,
    "manager": ANN,
    "in private": DAN,
    "in a group": GROUP,
    "operator": OWNER,
    "operator without manage": OWNER_HERE,
}


@pytest.mark.parametrize("name", CALLERS)
async def test_who_may_set_what_at_which_level(troupe: Troupe, name: str) -> None:
    caller = CALLERS[name]
    wrong = []
    for setting, level in VALID:
        before = await changes(troupe)
        with suppress(Refused):
            await put(troupe, caller, setting.name, other(setting), level)
        done = await changes(troupe) > before
        if done is not may(caller, setting, level):
            wrong.append((setting.name, level, done))

    assert wrong == []


@pytest.mark.parametrize("order", ["config set", "config unset"])
async def test_taking_away_needs_the_same_right_as_setting(troupe: Troupe, order: str) -> None:
    value = {"value": "1"} if order == "config set" else {}

    with pytest.raises(Refused, match="needs the Manage Server permission"):
        await troupe.order(BOB, order, name="temperature", level="guild", **value)
    with pytest.raises(Refused, match="Only the operator of this bot may set temperature at the level global"):
        await troupe.order(ANN, order, name="temperature", level="global", **value)


async def test_the_models_are_the_operator_s_everywhere(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="Only the operator of this bot may set models"):
        await put(troupe, ANN, "models", "gpt-small", "user")

    assert "gpt-small" in await put(troupe, OWNER, "models", "gpt-small", "user")


async def test_outside_a_server_there_is_none_to_set_for(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="no server"):
        await put(troupe, managing(DAN), "temperature", "1", "guild")


async def test_no_message_and_no_argument_reaches_another_person_or_server(troupe: Troupe) -> None:
    await put(troupe, EVE, "temperature", "2", "guild")
    await put(troupe, EVE, "temperature", "1.5", "user")

    here = (await troupe.order(BOB, "config explain", name="temperature")).text
    history = (await troupe.order(BOB, "config history")).text

    assert "`2`" not in here and "`1.5`" not in here
    assert "Nobody has changed anything" in history


# ── values ──


@pytest.mark.parametrize(
    ("name", "value", "bounds"),
    [
        ("temperature", "2.5", "a number from 0 to 2, or none, but it is “2.5”"),
        ("reply_length", "huge", "one of short, normal, long"),
        ("quiet_hours", "at night", "two times of the day such as 22:00-07:00"),
        ("time_zone", "Narnia", "a time zone such as"),
        ("suggestions", "perhaps", "on or off"),
        ("history_tokens", "99", "from 100 to 2,000,000"),
        ("models", "gpt-9", "I know gpt-test or gpt-small"),
    ],
)
async def test_a_value_out_of_bounds_is_refused_with_the_bounds(
    troupe: Troupe, name: str, value: str, bounds: str
) -> None:
    with pytest.raises(Refused, match=bounds):
        await put(troupe, OWNER, name, value, "global")

    assert await changes(troupe) == 0


async def test_an_unknown_setting_is_answered_with_the_nearest(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="no setting “temprature”; did you mean temperature"):
        await put(troupe, BOB, "temprature", "1", "user")


async def test_what_is_so_already_is_refused_and_leaves_no_record(troupe: Troupe) -> None:
    await put(troupe, BOB, "temperature", "0.5", "user")

    with pytest.raises(Refused, match=r"temperature is `0\.5` already for you"):
        await put(troupe, BOB, "temperature", "0.50", "user")

    assert await changes(troupe) == 1


@pytest.mark.parametrize(("name", "value"), [("temperature", "0"), ("suggestions", "false"), ("language", "none")])
async def test_what_looks_like_nothing_is_a_value(troupe: Troupe, name: str, value: str) -> None:
    await put(troupe, ANN, name, other(next(one for one in SETTINGS if one.name == name)), "channel")

    await put(troupe, ANN, name, value, "user")

    assert f"`{'off' if value == 'false' else value}`" in await in_force(troupe, ANN, name)
    assert "(user)" in await in_force(troupe, ANN, name)


# ── looking ──


async def in_force(troupe: Troupe, caller: Caller, name: str) -> str:
    return next(
        line for line in (await troupe.order(caller, "config get", name=name)).text.splitlines() if f"`{name}`" in line
    )


async def test_without_a_name_every_setting_is_told(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "config get")).text

    assert [setting.name for setting in SETTINGS] == [line.split("`")[1] for line in text.splitlines() if "- `" in line]


async def test_explain_tells_every_level_nearest_first_and_which_holds(troupe: Troupe) -> None:
    await put(troupe, OWNER_HERE, "temperature", "2", "global")
    await put(troupe, ANN, "temperature", "1", "guild", why="it raved")
    await put(troupe, ANN, "temperature", "0.1", "conversation")
    await put(troupe, BOB, "temperature", "0", "user")

    text = (await troupe.order(BOB, "config explain", name="temperature")).text

    levels = [line.split(":")[0].removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
    assert levels == [*LEVELS, "default"]
    assert [line for line in text.splitlines() if "**in force**" in line] == [
        next(line for line in text.splitlines() if line.startswith("- conversation: `0.1`"))
    ]
    assert "`1`, set 2025-06-15 15:06 UTC by Ann the manager (915): it raved" in text
    assert "- channel: not set" in text


async def test_setting_what_a_nearer_level_outweighs_says_what_holds(troupe: Troupe) -> None:
    await put(troupe, ANN, "temperature", "1", "conversation")

    text = await put(troupe, ANN, "temperature", "0", "guild")

    assert "What holds for you here is `1`, set for this conversation." in text


async def test_a_thread_has_what_its_channel_has_until_it_has_its_own(troupe: Troupe) -> None:
    await put(troupe, ANN, "temperature", "1", "channel")
    from_channel = await in_force(troupe, THREAD, "temperature")
    explained = (await troupe.order(THREAD, "config explain", name="temperature")).text

    await put(troupe, THREAD, "temperature", "2", "channel")

    assert "`1` (channel)" in from_channel
    assert "- the thread's channel: `1` **in force**" in explained
    assert "`2` (channel)" in await in_force(troupe, THREAD, "temperature")
    assert "`1` (channel)" in await in_force(troupe, ANN, "temperature")


async def test_a_conversation_is_one_persona_s_in_one_channel(troupe: Troupe) -> None:
    await put(troupe, ANN, "temperature", "1", "conversation", persona="halvard")

    with_ada = (await troupe.order(BOB, "config get", name="temperature")).text
    with_halvard = (await troupe.order(BOB, "config get", name="temperature", persona="halvard")).text

    assert "(default)" in with_ada
    assert "`1` (conversation)" in with_halvard


async def test_history_tells_who_changed_what_and_why_to_those_whom_it_bears_on(troupe: Troupe) -> None:
    await put(troupe, ANN, "temperature", "1", "guild", why="it  raved\n@everyone")
    await put(troupe, ANN, "top_p", "0.5", "user")
    await troupe.order(ANN, "config unset", name="temperature", level="guild")

    of_bob = (await troupe.order(BOB, "config history")).text.splitlines()[1:]
    of_ann = (await troupe.order(ANN, "config history", name="TOP_P")).text

    assert len(of_bob) == 2
    assert "`temperature` for guild: `1` → not set" in of_bob[0]
    assert "not set → `1`" in of_bob[1] and of_bob[1].endswith("Ann the manager (915): it raved @everyone")
    assert "`top_p` for user: not set → `0.5`" in of_ann and "temperature" not in of_ann


async def test_every_change_is_recorded_with_who_and_when(troupe: Troupe) -> None:
    await put(troupe, OWNER, "reply_tokens", "500", "global", why="cheaper")

    [made] = await troupe.database.read(settings.history, Reach("terminal"))

    assert (made.scope, made.name, made.old_value, made.new_value) == (GLOBAL, "reply_tokens", None, "500")
    assert (made.changed_by, made.reason) == ("You", "cheaper")
    assert made.changed_at > NOW


async def test_history_tells_of_a_setting_of_another_release_too(troupe: Troupe) -> None:
    await troupe.database.write(settings.change, Wish("guild:discord:100", "moods", "`so`", "Ann", ""), NOW)

    text = (await troupe.order(BOB, "config history")).text

    assert "`moods` for guild: not set → `so`" in text.replace("\\", "").replace("``", "`")


# ── what else it changes ──


async def test_the_trigger_is_how_a_channel_is_bound_where_nothing_else_is_said(troupe: Troupe) -> None:
    await put(troupe, ANN, "trigger", "mention", "guild")

    by_default = (await troupe.order(ANN, "persona bind", name="ada")).text
    as_said = (await troupe.order(ANN, "persona bind", name="ada", mode="always")).text

    assert "when it is mentioned" in by_default
    assert "everything said here" in as_said


async def test_in_quiet_hours_why_says_when_an_answer_comes(troupe: Troupe) -> None:
    before = (await troupe.order(ANN, "persona why")).text
    await put(troupe, ANN, "quiet_hours", "15:00-16:00", "guild")

    quiet = (await troupe.order(ANN, "persona why")).text

    assert "quiet hours" not in before
    assert "These are quiet hours; the answer comes after <t:1750003200:t>." in quiet


async def test_what_is_said_by_command_in_quiet_hours_is_told_when_it_is_answered(troupe: Troupe) -> None:
    await put(troupe, ANN, "quiet_hours", "15:00-16:00", "channel")

    here = (await troupe.order(BOB, "chat", message="hello")).text
    direct = (await troupe.order(DAN, "chat", message="hello")).text

    assert here.endswith("-# These are quiet hours; the answer comes after <t:1750003200:t>.")
    assert "quiet" not in direct


async def test_the_queue_says_until_when_a_reply_waits(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    await troupe.owe(ANN, ada.id)
    [item] = await troupe.database.write(work.claim, Lease("bot_1", NOW + 1000, NOW + 5000), NOW, 1)
    await troupe.database.write(work.postpone, item, 1_750_003_200_000, 0)

    text = (await troupe.order(ANN, "queue list")).text

    assert "waiting until 2025-06-15 16:00 UTC" in text


# ── completion ──


async def offered(troupe: Troupe, source: str, typed: str, **others: str) -> list[str]:
    return [value for value, _ in await registry.complete(troupe.office, BOB, source, typed, others)]


async def test_settings_are_completed_by_name_and_by_what_they_are_for(troupe: Troupe) -> None:
    assert len(await offered(troupe, "setting", "")) == min(25, len(SETTINGS))
    assert await offered(troupe, "setting", "QUIET") == ["quiet_hours", "time_zone"]
    assert await offered(troupe, "setting", "buttons") == ["suggestions"]


async def test_values_are_those_of_the_setting_typed_before(troupe: Troupe) -> None:
    assert await offered(troupe, "setting_value", "", name="reply_length") == ["short", "normal", "long"]
    assert await offered(troupe, "setting_value", "wel", name="language") == ["Welsh"]
    assert "Europe/Berlin" in await offered(troupe, "setting_value", "berlin", name="time_zone")
    assert await offered(troupe, "setting_value", "", name="models") == ["gpt-test", "gpt-small", "none"]
    assert await offered(troupe, "setting_value", "", name="nonsense") == []
    assert len(await offered(troupe, "setting_value", "", name="time_zone")) == 25


async def test_where_there_are_too_many_values_the_bounds_are_told(troupe: Troupe) -> None:
    found = await registry.complete(troupe.office, BOB, "setting_value", "", {"name": "temperature"})

    long = await registry.complete(troupe.office, BOB, "setting_value", "7" * 300, {"name": "temperature"})

    assert found == [("none", "none (a number from 0 to 2, or none)")]
    assert [(len(value), len(label)) for value, label in long] == [(100, 100)]
