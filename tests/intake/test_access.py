"""Who is not let talk is neither kept nor answered; bots, proxies, mutes, quiet, adults and direct messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.intake.decide import Ignore, Keep, Rule
from bot.intake.proxied import Originals
from bot.ports import Deleted, Place, Said, Speaker
from storage import access, bindings, messages, mutes, opt_outs, outbox, pairings, personas, settings, work
from storage.access import ALLOW, DENY
from storage.bindings import ChannelKey
from storage.personas import NewPersona
from storage.records import Binding, Sheet, WorkItem
from storage.settings import GLOBAL, Wish
from tests.intake.conftest import BOB, HALL, NOW, Ear, heard
from tests.intake.test_unheard import owed

ROBOT = Speaker("99", "Robot", is_bot=True)
PROXY = Speaker("555", "Luna", is_bot=True, proxy="PluralKit")
DM = Place("discord", "2", kind="dm")
LATER = 9_000_000_000_000_000


async def let(ear: Ear, verdict: str, subject: str, *, guild: str = "10", may: str = "chat") -> None:
    rule = access.Rule(f"acc_{subject}", "discord", guild, may, subject, verdict, None, "", "Ann", NOW)
    await ear.database.write(access.put, rule)


async def adopt(ear: Ear, name: str = "ada") -> None:
    """Give the hall to a persona."""
    binding = Binding(ear.personas[name], "always")
    await ear.database.write(bindings.bind, ChannelKey("discord", "1", "10"), binding, "7", NOW)


async def set_for_all(ear: Ear, name: str, value: str) -> None:
    await ear.database.write(settings.change, Wish(GLOBAL, name, value, "test", ""), NOW)


async def spoken(ear: Ear) -> list[WorkItem]:
    """What is owed to people."""
    items = await ear.database.write(work.claim, work.Lease("bot_1", LATER, LATER), NOW * 2, 10)
    return [item for item in items if item.capability != "extract"]


# ── rules ──


async def test_words_of_whom_a_rule_bars_are_not_kept_and_the_rule_is_named(ear: Ear) -> None:
    await let(ear, DENY, "guild:10")
    await let(ear, ALLOW, "role:5")
    member = replace(BOB, platform_id="8", roles=("5",))

    barred, allowed = await ear.intake.hear(heard()), await ear.intake.hear(heard(number=2, speaker=member))
    verdict = await ear.intake.judge(heard())

    assert (barred.work_id, await ear.kept("1")) == ("", None)
    assert allowed.work_id
    assert isinstance(verdict, Ignore) and verdict.rule is Rule.BARRED
    assert "deny server 10" in verdict.detail


@pytest.mark.parametrize("subject", ["channel:1", "channel:31", "channel:32", "person:7"])
async def test_a_place_is_barred_by_itself_its_parent_or_its_category(ear: Ear, subject: str) -> None:
    await let(ear, DENY, subject)
    inside = Place("discord", "1", "10", "31", "thread", category_id="32")

    assert (await ear.intake.judge(heard(place=inside))).rule is Rule.BARRED
    elsewhere = heard(place=replace(HALL, channel_id="9"), speaker=replace(BOB, platform_id="8"))
    assert (await ear.intake.judge(elsewhere)).rule is Rule.NAMED


async def test_a_rule_for_a_while_ends_by_itself(ear: Ear) -> None:
    for subject, until in (("person:7", NOW), ("person:8", LATER)):
        rule = access.Rule(f"acc_{subject}", "discord", "10", "chat", subject, DENY, until, "", "Ann", NOW)
        await ear.database.write(access.put, rule)

    assert (await ear.intake.judge(heard())).rule is Rule.NAMED
    assert (await ear.intake.judge(heard(speaker=replace(BOB, platform_id="8")))).rule is Rule.BARRED


# ── quiet, mutes, adults ──


async def test_while_a_server_is_quiet_words_are_kept_and_nobody_answers(ear: Ear) -> None:
    await let(ear, DENY, "guild:10", may="speak")

    accepted = await ear.intake.hear(heard())

    kept = await ear.kept("1")
    assert accepted.work_id == "" and kept is not None and kept.work_id is None
    assert isinstance(await ear.intake.judge(heard(number=3)), Keep)
    assert (await ear.intake.judge(heard(place=replace(HALL, guild_id="11")))).rule is Rule.NAMED


async def test_a_muted_persona_neither_answers_nor_keeps_and_another_does(ear: Ear) -> None:
    await ear.database.write(mutes.begin, "discord", "7", ear.personas["ada"], NOW)
    await adopt(ear)

    assert (await ear.intake.judge(heard())).rule is Rule.MUTED
    assert (await ear.intake.judge(heard("lovely weather"))).rule is Rule.MUTED
    assert (await ear.intake.judge(heard("Bo, hello"))).rule is Rule.NAMED
    assert (await ear.intake.judge(heard(speaker=replace(BOB, platform_id="8")))).rule is Rule.NAMED
    await ear.intake.hear(heard())
    assert await ear.kept("1") is None


async def test_a_mute_covers_the_copy_that_a_server_made(ear: Ear) -> None:
    sheet = Sheet("Ada", "An AI that tests.", "Hello.")
    copy = NewPersona("prs_x", "pvr_x", "10", "ada", "active", "person", "", sheet, "test", "test", ear.personas["ada"])
    await ear.database.write(personas.add, copy, NOW)
    await ear.database.write(mutes.begin, "discord", "7", "prs_x", NOW)

    assert (await ear.intake.judge(heard())).rule is Rule.MUTED
    assert (await ear.intake.judge(heard(place=replace(HALL, guild_id="11")))).rule is Rule.MUTED


async def test_a_persona_for_adults_talks_where_only_adults_are(ear: Ear) -> None:
    sheet = Sheet("Vamp", "An AI for adults.", "Hello.", nsfw=True)
    new = NewPersona("prs_v", "pvr_v", "", "vamp", "active", "person", "", sheet, "test", "test")
    await ear.database.write(personas.add, new, NOW)

    assert (await ear.intake.judge(heard("Vamp, hello"))).rule is Rule.ADULT
    assert (await ear.intake.judge(heard("Vamp, hello", place=DM))).rule is Rule.ADULT
    assert (await ear.intake.judge(heard("Vamp, hello", place=replace(HALL, adult=True)))).rule is Rule.NAMED
    assert (await ear.intake.judge(heard("Vamp, hello", place=Place("terminal", "t", kind="terminal")))).rule is (
        Rule.NAMED
    )


# ── direct messages ──


async def test_who_is_not_let_in_is_told_a_code_once_and_heard_when_it_is_approved(ear: Ear) -> None:
    await set_for_all(ear, "direct_messages", "pairing")

    for number in (1, 2):
        await ear.intake.hear(heard("hello", number, place=DM))
    [item] = await ear.database.write(work.claim, work.Lease("bot_1", NOW * 2, NOW * 2), NOW * 2, 10)
    [asked] = await ear.database.read(pairings.listed, NOW)
    approved = await ear.database.write(pairings.approve, "discord", asked.code, "Mara", asked.asked_at + 1)
    after = await ear.intake.hear(heard("hello again", 3, place=DM))

    assert item.capability == "pair" and asked.code in item.payload and "hello" not in item.payload
    assert await ear.kept("1") is None and approved is not None and after.work_id
    assert await ear.database.write(pairings.approve, "discord", asked.code, "Mara", asked.asked_at + 2) is None


async def test_a_code_is_good_for_a_day_and_then_there_is_another(ear: Ear) -> None:
    who, day = ("discord", "7"), pairings.HOLDS_MS
    assert await ear.database.write(pairings.ask, *who, "first", NOW)

    assert await ear.database.write(pairings.approve, "discord", "first", "Mara", NOW + day + 1) is None
    assert await ear.database.write(pairings.ask, *who, "second", NOW + day + 1)
    assert await ear.database.write(pairings.approve, "discord", "second", "Mara", NOW + day + 2)


async def test_closed_means_closed_and_servers_are_not_concerned(ear: Ear) -> None:
    await set_for_all(ear, "direct_messages", "closed")

    accepted = await ear.intake.hear(heard("hello", place=DM))

    assert (accepted.work_id, await owed(ear)) == ("", [])
    assert (await ear.intake.judge(heard())).rule is Rule.NAMED


# ── bots ──


async def test_a_bot_is_answered_when_it_is_listed_and_so_often_until_a_person_speaks(ear: Ear) -> None:
    assert (await ear.intake.hear(heard(speaker=ROBOT))).work_id == ""
    await let(ear, ALLOW, "person:99")

    answered = [bool((await ear.intake.hear(heard(number=number, speaker=ROBOT))).work_id) for number in range(2, 8)]
    again = [bool((await ear.intake.hear(heard(number=4, speaker=ROBOT))).work_id)]
    await ear.intake.hear(heard("nice weather", 20))
    after = [bool((await ear.intake.hear(heard(number=number, speaker=ROBOT))).work_id) for number in range(21, 26)]

    assert answered == [True, True, True, False, False, False]
    assert again == [False]
    assert after == [True, True, True, False, False]


async def test_a_server_s_rule_for_all_lists_no_bot(ear: Ear) -> None:
    await let(ear, ALLOW, "guild:10")

    assert (await ear.intake.judge(heard(speaker=ROBOT))).rule is Rule.BOT


# ── proxies ──


def proxied(text: str, number: int) -> Said:
    return heard(text, number, speaker=PROXY)


async def test_proxied_words_are_those_of_who_wrote_them_and_one_message(ear: Ear) -> None:
    await adopt(ear)
    first = await ear.intake.hear(heard("L: hello there", 1))
    before = await ear.kept("1")

    anew = await ear.intake.hear(proxied("hello there", 2))
    gone = await ear.intake.hear(Deleted("1", HALL, NOW + 5))

    kept = await ear.kept("2")
    assert before is not None and kept is not None and kept.id == before.id
    assert (kept.content, kept.name, kept.person_id, kept.deleted_at) == ("hello there", "Luna", before.person_id, None)
    assert (anew.work_id, gone.first) == (first.work_id, False)
    assert len(await ear.database.read(messages.asked, first.work_id)) == 1
    assert (await ear.intake.hear(Deleted("2", HALL, NOW + 6))).first


async def test_where_the_first_words_went_before_the_second_came_one_answer_is_owed(ear: Ear) -> None:
    await adopt(ear)
    await ear.intake.hear(heard("L: hello there", 1))
    await ear.intake.hear(Deleted("1", HALL, NOW + 5))

    anew = await ear.intake.hear(proxied("hello there", 2))

    [item] = await spoken(ear)
    assert item.id == anew.work_id


async def test_what_was_answered_before_it_was_proxied_is_not_answered_again(ear: Ear) -> None:
    await adopt(ear)
    await ear.intake.hear(heard("L: hello there", 1))
    [item] = await spoken(ear)
    reply = messages.NewMessage("msg_r", item.conversation_id, 90, "persona", "Ada", "Hi.", NOW, work_id=item.id)
    await ear.database.write(messages.add, reply)
    await ear.database.write(work.finish, item, NOW)
    await ear.intake.hear(Deleted("1", HALL, NOW + 5))

    anew = await ear.intake.hear(proxied("hello there", 2))

    assert anew.work_id == "" and await ear.kept("2") is not None
    assert await spoken(ear) == []


def test_a_reply_said_anew_is_a_reply_still_and_is_tied_once() -> None:
    originals = Originals()
    originals.note(replace(heard("L: hello there"), reply_to="9", mentions_us=True), NOW)

    anew, again = originals.owner_of(proxied("hello there", 2), NOW), originals.owner_of(proxied("hello there", 3), NOW)

    assert (anew.reply_to, anew.mentions_us, anew.replaces, anew.speaker.name) == ("9", True, "1", "Luna")
    assert again.replaces == "" and again.speaker == PROXY


def test_words_are_not_held_longer_than_a_proxy_takes() -> None:
    originals = Originals()
    originals.note(heard("L: hello there"), NOW)

    assert originals.owner_of(proxied("hello there", 2), NOW + 30_001).replaces == ""


async def test_a_name_under_the_tags_is_heard_when_they_are_gone(ear: Ear) -> None:
    unnamed = await ear.intake.hear(heard("L: Ada, hello", 1))

    anew = await ear.intake.hear(proxied("Ada, hello", 2))

    kept = await ear.kept("2")
    assert unnamed.work_id == "" and anew.work_id and kept is not None and kept.name == "Luna"


@pytest.mark.parametrize(
    "before",
    [
        [],
        [heard("something else", 1)],
        [heard("Ada, hello", 1), heard("L: Ada, hello", 2, speaker=replace(BOB, platform_id="8"))],
        [heard("Ada, hello", 1, place=replace(HALL, channel_id="9"))],
    ],
)
async def test_whose_words_can_t_be_known_is_neither_kept_nor_answered(ear: Ear, before: list[Said]) -> None:
    for said in before:
        await ear.intake.hear(said)

    anew = await ear.intake.hear(proxied("Ada, hello", 30))

    assert (anew.work_id, await ear.kept("30")) == ("", None)
    assert (await ear.intake.judge(proxied("Ada, hello", 30))).rule is Rule.UNTIED


async def test_who_asked_not_to_be_heard_is_not_heard_through_a_proxy(ear: Ear) -> None:
    await ear.database.write(opt_outs.begin, "discord", "7", NOW - 10)
    await ear.intake.hear(heard("L: Ada, my secret", 1))

    await ear.intake.hear(proxied("Ada, my secret", 2))

    assert await ear.kept("2") is None


async def test_what_is_on_its_way_in_a_server_is_taken_back_and_elsewhere_not(ear: Ear) -> None:
    scenes, found = {}, []
    for number, guild in enumerate(("10", "11")):
        accepted = await ear.intake.hear(heard(number=number, place=Place("discord", guild, guild)))
        part = outbox.NewPart(f"dlv_{guild}", accepted.work_id, 0, accepted.conversation_id, 1, "on its way")
        await ear.database.write(outbox.owe, part, NOW)
        scenes[part.id] = part.conversation_id

    assert await ear.database.write(outbox.withdraw_in, "discord", "10", NOW) == 1
    for part_id, scene in scenes.items():
        part = await ear.database.read(outbox.by_id, scene, part_id)
        found.append(part.content if part else None)
    assert found == ["", "on its way"]
