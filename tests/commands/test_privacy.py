"""People read what is kept of them, get all of it, and have it forgotten after they were asked once more."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.bells import Bells
from bot.commands import registry
from bot.commands.base import Caller, Keeping, Refused
from bot.privacy.forget import Eraser
from storage import conversations, forgetting, messages, people, personas, sidecar, tombstones, work
from storage.engines.base import Transaction
from storage.messages import NewMessage
from storage.wiping import Receipt
from storage.work import Lease, NewWork
from tests.commands.conftest import ANN, BOB, NOW, Troupe, scene


def say(tx: Transaction, troupe: Troupe, caller: Caller, text: str) -> tuple[str, str]:
    """The caller says something to Ada, and she answers with it."""
    office, ada = troupe.office, personas.own(tx, "", "ada")
    assert ada is not None
    ids, now = office.ids, office.clock.now()
    person = people.heard(tx, ids.new("psn"), caller.platform, caller.platform_id, caller.name, now)
    conversation = scene(tx, caller, ada.id, ids)
    asked = ids.new("msg")
    for message_id, role, name, words, answers in (
        (asked, "person", caller.name, text, None),
        (ids.new("msg"), "persona", "Ada", f"You said: {text}", asked),
    ):
        seq = conversations.next_seq(tx, conversation.id)
        person_id = person.id if role == "person" else None
        new = NewMessage(message_id, conversation.id, seq, role, name, words, now, None, person_id, answers)
        messages.add(tx, new)
    return conversation.id, asked


async def said(troupe: Troupe, caller: Caller, text: str) -> tuple[str, str]:
    return await troupe.database.write(say, troupe, caller, text)


async def exported(troupe: Troupe, caller: Caller, **arguments: str) -> dict[str, object]:
    answer = await troupe.order(caller, "privacy export", **arguments)
    found: dict[str, object] = json.loads(answer.file)
    return found


async def test_the_policy_tells_the_days_that_hold_here(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "privacy policy")).text

    assert "for 90 days" in text and "32 days longer at most" in text

    office = replace(troupe.office, keeping=Keeping(0, None))
    text = (await registry.run(office, BOB, "privacy policy", {})).text

    assert "made: for good" in text and "the operator's to look after" in text


async def test_an_export_holds_what_was_said_answered_remembered_chosen_and_set(troupe: Troupe) -> None:
    asked = await said(troupe, BOB, "I keep bees")
    await troupe.database.write(messages.revise, *asked, "I keep nine bees", NOW)
    await troupe.order(BOB, "memory add", text="I am allergic to nuts")
    await troupe.order(BOB, "persona use", name="odile")
    await troupe.order(BOB, "config set", name="temperature", value="0.5", level="user", why="calmer")
    await said(troupe, ANN, "a stranger's words")

    answer = await troupe.order(BOB, "privacy export")
    held = json.loads(answer.file)

    assert answer.private and answer.file_name.endswith(".json")
    assert held["you"]["platform_id"] == BOB.platform_id and held["you"]["name"] == "Bob"
    assert [one["content"] for one in held["messages"]] == ["I keep nine bees"]
    assert held["messages"][0]["revisions"][0]["text"] == "I keep bees"
    assert held["messages"][0]["answers"][0]["text"] == "You said: I keep bees"
    assert [one["statement"] for one in held["memories"]] == ["Bob is allergic to nuts"]
    assert [one["persona"] for one in held["choices"]] == ["Odile"]
    assert [(one["name"], one["new_value"], one["reason"]) for one in held["settings"]] == [
        ("temperature", "0.5", "calmer")
    ]
    assert "stranger" not in answer.file


async def test_an_export_of_nobody_says_that_there_is_nothing(troupe: Troupe) -> None:
    held = await exported(troupe, BOB)

    assert held["messages"] == held["memories"] == held["choices"] == []


@pytest.mark.parametrize("part", ["0", "2"])
async def test_a_part_that_is_not_there_is_refused(troupe: Troupe, part: str) -> None:
    await said(troupe, BOB, "hello")

    with pytest.raises(Refused, match="There is no part"):
        await troupe.order(BOB, "privacy export", part=part)


async def test_forgetting_asks_first_and_then_gives_a_receipt(troupe: Troupe) -> None:
    await said(troupe, BOB, "I keep bees")
    await troupe.order(BOB, "memory add", text="I am allergic to nuts")

    asked = await troupe.order(BOB, "privacy forget")
    before = await exported(troupe, BOB)
    done = await registry.press(troupe.office, BOB, asked.buttons[0].key)
    after = await exported(troupe, BOB)

    assert len(before["messages"]) == 1  # type: ignore[arg-type]
    assert "1 message, 1 answer and 1 memory" in done.text and "within 32 days" in done.text
    assert after["messages"] == after["memories"] == [] and after["forgotten_until"] is not None
    assert asked.private and done.private


async def test_nobody_is_forgotten_by_somebody_else_s_button(troupe: Troupe) -> None:
    await said(troupe, BOB, "I keep bees")
    asked = await troupe.order(BOB, "privacy forget")

    with pytest.raises(Refused, match="somebody else's"):
        await registry.press(troupe.office, ANN, asked.buttons[0].key)

    assert len((await exported(troupe, BOB))["messages"]) == 1  # type: ignore[arg-type]


async def test_what_somebody_is_known_for_elsewhere_goes_with_the_rest(troupe: Troupe) -> None:
    abroad = replace(BOB, place=replace(BOB.place, channel_id="2001", guild_id="200"))
    await said(troupe, BOB, "here")
    await said(troupe, abroad, "there")

    asked = await troupe.order(BOB, "privacy forget")
    done = await registry.press(troupe.office, BOB, asked.buttons[0].key)

    assert "2 messages and 2 answers" in done.text


async def test_somebody_of_whom_nothing_is_known_is_told_so_and_stays_unknown(troupe: Troupe) -> None:
    asked = await troupe.order(BOB, "privacy forget")

    done = await registry.press(troupe.office, BOB, asked.buttons[0].key)

    assert "there was nothing of yours" in done.text
    assert await troupe.database.read(tombstones.at, BOB.platform, BOB.platform_id) is not None


async def test_a_reply_that_is_being_made_is_stopped(troupe: Troupe) -> None:
    office = troupe.office
    await said(troupe, BOB, "I keep bees")
    person = await troupe.database.read(people.known, BOB.platform, BOB.platform_id)
    ada = await troupe.database.read(personas.own, "", "ada")
    assert person is not None and ada is not None
    conversation = await troupe.database.write(scene, BOB, ada.id, office.ids)
    new = NewWork("wrk_1", "lane", "chat", conversation.id, person.id)
    await troupe.database.write(work.owe, new, NOW)
    await troupe.database.write(work.claim, Lease("bot_1", NOW + 10_000, NOW + 90_000), office.clock.now(), 1)
    stopped: list[bool] = []
    office.bells.running("wrk_1", stopped.append)

    asked = await troupe.order(BOB, "privacy forget")
    await registry.press(office, BOB, asked.buttons[0].key)

    assert stopped == [False]


async def test_the_sidecar_knows_it_before_the_person_is_told(troupe: Troupe) -> None:
    forget = troupe.office.forget.__self__  # type: ignore[attr-defined]
    assert isinstance(forget, Eraser) and forget.file is not None

    asked = await troupe.order(BOB, "privacy forget")
    assert sidecar.read(forget.file) == []
    await registry.press(troupe.office, BOB, asked.buttons[0].key)

    key = tombstones.key_hash(BOB.platform, BOB.platform_id)
    assert [stone.key_hash for stone in sidecar.read(forget.file)] == [key]


async def test_a_sidecar_that_can_t_be_written_is_told_and_the_next_start_goes_on(troupe: Troupe) -> None:
    await said(troupe, BOB, "I keep bees")
    eraser = troupe.office.forget.__self__  # type: ignore[attr-defined]
    sidecar.beside(eraser.file).mkdir()
    asked = await troupe.order(BOB, "privacy forget")

    with pytest.raises(Refused, match="when I start again"):
        await registry.press(troupe.office, BOB, asked.buttons[0].key)

    assert await troupe.database.read(tombstones.at, BOB.platform, BOB.platform_id) is not None


async def test_words_of_many_steps_are_all_forgotten(troupe: Troupe) -> None:
    many = forgetting.MOST + 1

    def talk(tx: Transaction) -> None:
        for number in range(many):
            say(tx, troupe, BOB, f"word {number}")

    await troupe.database.write(talk)
    eraser = Eraser(troupe.database, Bells(), troupe.office.clock, None, troupe.database.shrink_log)

    receipt = await eraser.forget(BOB.platform, BOB.platform_id)

    assert receipt == Receipt(messages=many, replies=many, whole=True)


async def test_who_opted_out_is_told_so_where_words_of_theirs_would_be_kept(troupe: Troupe) -> None:
    memory_id = (await troupe.order(BOB, "memory add", text="I like tea")).text.split("`")[1]
    out = await troupe.order(BOB, "privacy opt-out")

    for name, arguments in (
        ("chat", {"message": "hello"}),
        ("memory add", {"text": "I like nuts"}),
        ("memory edit", {"id": memory_id, "text": "I like nuts"}),
    ):
        with pytest.raises(Refused, match="/privacy opt-in"):
            await troupe.order(BOB, name, **arguments)

    assert "I don't hear you" in out.text and troupe.outside.said == []
    assert "already" in (await troupe.order(BOB, "privacy opt-out")).text
    assert (await exported(troupe, BOB))["opted_out_since"] is not None


async def test_a_pause_of_memory_is_exported_and_outlives_forgetting(troupe: Troupe) -> None:
    await troupe.order(BOB, "memory add", text="I like tea")
    await troupe.order(BOB, "memory pause")
    held = await exported(troupe, BOB)

    await troupe.office.forget(BOB.platform, BOB.platform_id)

    assert held["memory_paused_since"] is not None
    assert "Your memory is paused" in (await troupe.order(BOB, "memory list")).text


async def test_who_opts_in_again_can_talk(troupe: Troupe) -> None:
    await troupe.order(BOB, "privacy opt-out")

    answer = await troupe.order(BOB, "privacy opt-in")
    await troupe.order(BOB, "chat", message="hello")

    assert "hear you again" in answer.text and len(troupe.outside.said) == 1
    assert "already" in (await troupe.order(BOB, "privacy opt-in")).text


@pytest.mark.parametrize("name", ["chat", "memory add"])
async def test_nobody_else_hands_on_the_words_of_who_opted_out_or_was_forgotten(troupe: Troupe, name: str) -> None:
    await troupe.order(BOB, "privacy opt-out")
    words = "text" if name == "memory add" else "message"
    picked = {"_teller_id": BOB.platform_id, "_told_at": str(NOW), "_at": str(NOW), "_teller": "Bob", "_said_id": "1"}

    with pytest.raises(Refused, match="asked me not to hear"):
        await troupe.order(ANN, name, **{words: "what Bob wrote", **picked})

    await troupe.order(BOB, "privacy opt-in")
    await troupe.office.forget(BOB.platform, BOB.platform_id)
    with pytest.raises(Refused, match="asked"):
        await troupe.order(ANN, name, **{words: "what Bob wrote", **picked})


async def test_what_is_owed_to_who_opts_out_is_not_answered_any_more(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.own, "", "ada")
    assert ada is not None
    owed = await troupe.owe(BOB, ada.id)

    await troupe.order(BOB, "privacy opt-out")

    item = await troupe.database.read(work.by_id, owed)
    assert item is not None and item.state == "cancelled"
