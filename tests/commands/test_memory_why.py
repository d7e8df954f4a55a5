"""People see what a reply had in mind, and say what is wrong with it; nobody reaches what is not theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.commands import registry
from bot.commands.base import Caller, Refused
from bot.memory.journal import Pen
from bot.memory.wishes import Wish, keep_wish
from bot.personas.orders import ordering, read_order, why_button
from bot.ports import Place
from storage import conversations, feedback, memories, memory_changes, messages, outbox, people, personas, upkeep, work
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.messages import NewMessage
from storage.records import Conversation
from tests.commands.conftest import ANN, BOB, EVE, NOW, Troupe, in_guild, scene

CID = in_guild("100", "Cidney")
BOB_ALONE = Caller("discord", BOB.platform_id, BOB.name, Place("discord", "881", kind="dm"), can_manage=False)
NEXT_DOOR = replace(BOB, place=Place("discord", "1002", "100"))
WHY = '{"words": 1.0, "weight": 1.1}'


@dataclass(frozen=True, slots=True)
class Said:
    """A reply of Ada's, known to Discord by ``message_id``, with what it had in mind."""

    reply_id: str
    memories: tuple[Memory, ...]
    message_id: str = "77"


def _wished(tx: Transaction, troupe: Troupe, conversation: Conversation, *words: str) -> list[Memory]:
    """What Bob wanted remembered there."""
    bob = people.heard(tx, troupe.office.ids.new("psn"), "discord", BOB.platform_id, "Bob", NOW)
    pen = Pen(troupe.office.ids, NOW, "Bob")
    return [keep_wish(tx, Wish(conversation.id, bob, f"remember that {one}", NOW), pen)[0] for one in words]


def _answer(tx: Transaction, troupe: Troupe, caller: Caller, *words: str, told: Caller = BOB) -> Said:
    """Ada answered the caller, having in mind what Bob told her there; her work is done and sent."""
    ids = troupe.office.ids
    ada = personas.called(tx, "", "ada")
    assert ada is not None
    conversation = scene(tx, caller, ada.id, ids)
    found = _wished(tx, troupe, scene(tx, told, ada.id, ids), *words)
    owed = work.owe(tx, work.NewWork(ids.new("wrk"), conversation.id, "chat", conversation.id), NOW)
    [item] = work.claim(tx, work.Lease("bot", NOW + 1, NOW + 5000), NOW, 1)
    reply = ids.new("msg")
    seq = conversations.next_seq(tx, conversation.id)
    messages.add(tx, NewMessage(reply, conversation.id, seq, "persona", "Ada", "Oslo!", NOW, work_id=owed))
    for position, memory in enumerate(found, 1):
        memories.use(tx, (conversation.id, reply), position, memory, WHY, NOW)
    outbox.owe(tx, outbox.NewPart(ids.new("dlv"), owed, 0, conversation.id, seq, "Oslo!"), NOW)
    [part] = outbox.claim(tx, "discord", NOW + 9000, NOW, 1)
    outbox.acknowledged(tx, part, "77", "channel")
    outbox.sent(tx, part, NOW)
    work.finish(tx, item, NOW)
    return Said(reply, tuple(found))


async def answered(troupe: Troupe, *words: str, caller: Caller = BOB, told: Caller = BOB) -> Said:
    return await troupe.database.write(_answer, troupe, caller, *words, told=told)


async def press(troupe: Troupe, caller: Caller, label: str, said: Said) -> str:
    """What the caller is told who presses that button of the answer to the button below the reply."""
    shown = await registry.press(troupe.office, caller, why_button(said.reply_id).key)
    [button] = [one for one in shown.buttons if one.label == label]
    return (await registry.press(troupe.office, caller, button.key)).text


async def now(troupe: Troupe, memory: Memory) -> Memory | None:
    return await troupe.database.read(memories.by_id, memory.conversation_id, memory.id)


async def test_the_button_shows_each_memory_with_what_spoke_for_it_when_and_where_it_was_told(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")

    shown = await registry.press(troupe.office, BOB, why_button(said.reply_id).key)

    assert shown.private
    assert "1. Bob lives in Oslo" in shown.text
    assert "words 1.00, weight 1.10; said on 15 June 2025 here" in shown.text
    assert [(one.label, one.row) for one in shown.buttons] == [
        (label, 0) for label in ("Wrong 1", "Helpful 1", "Forget 1", "Pin 1")
    ]


async def test_by_the_message_or_without_any_the_same_is_shown(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")

    shown = [
        await registry.press(troupe.office, BOB, why_button(said.reply_id).key),
        await troupe.order(BOB, "memory why"),
        await troupe.order(BOB, "memory why", message=said.message_id),
    ]

    assert shown[0] == shown[1] == shown[2]


async def test_what_was_told_elsewhere_says_where(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo", caller=BOB_ALONE)

    shown = await troupe.order(BOB_ALONE, "memory why", message=said.reply_id)

    assert f"said on 15 June 2025 in <#{BOB.place.channel_id}>" in shown.text


async def test_after_its_work_was_let_go_a_reply_can_still_be_asked_about(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")

    gone = await troupe.database.write(upkeep.let_work_go, NOW + 1000, 10)

    assert gone == 1
    assert "Bob lives in Oslo" in (await troupe.order(BOB, "memory why", message=said.message_id)).text
    assert "Bob lives in Oslo" in (await registry.press(troupe.office, BOB, why_button(said.reply_id).key)).text


@pytest.mark.parametrize("stranger", [EVE, NEXT_DOOR, BOB_ALONE])
async def test_from_another_channel_nothing_is_shown(troupe: Troupe, stranger: Caller) -> None:
    said = await answered(troupe, "I live in Oslo")

    with pytest.raises(Refused, match="no words of a persona"):
        await registry.press(troupe.office, stranger, why_button(said.reply_id).key)


async def test_a_reply_without_memories_says_so(troupe: Troupe) -> None:
    said = await answered(troupe)

    assert "no memories in mind" in (await troupe.order(BOB, "memory why", message=said.reply_id)).text


async def test_what_only_another_may_be_reminded_of_is_not_shown(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo", caller=BOB_ALONE)
    cid = replace(CID, place=BOB_ALONE.place)

    shown = await troupe.order(cid, "memory why", message=said.reply_id)

    assert "nothing I may show you" in shown.text and "Oslo" not in shown.text and shown.buttons == ()


async def test_what_somebody_told_who_asked_not_to_be_heard_since_is_shown_to_them_alone(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await troupe.order(CID, "memory add", text="I like tea")
    await troupe.order(BOB, "privacy opt-out")

    shown = [(await troupe.order(one, "memory why", message=said.reply_id)).text for one in (BOB, CID)]

    assert ["Oslo" in text for text in shown] == [True, False]


async def test_of_many_memories_all_are_shown_and_five_can_be_set_right_each_in_its_row(troupe: Troupe) -> None:
    told = ("I live in Oslo", "my dog is called Rex", "I play the oboe", "I hate tea", "my car is red", "I keep bees")
    said = await answered(troupe, *told)

    shown = await troupe.order(BOB, "memory why", message=said.reply_id)

    assert "\n6. " in shown.text
    assert [one.row for one in shown.buttons] == [row for row in range(5) for _ in range(4)]


# ── setting it right ──


async def test_wrong_is_doubted_noted_and_can_be_taken_back(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    [memory] = said.memories

    told = await press(troupe, BOB, "Wrong 1", said)
    doubted, opinion = await now(troupe, memory), await opinion_of(troupe, memory)
    listed = await troupe.order(BOB, "memory list")
    [noted, *_] = await troupe.database.read(memory_changes.of_memory, memory.conversation_id, memory.id)
    await troupe.order(BOB, "memory undo", id=memory.id)
    standing = await now(troupe, memory)

    assert "I doubt that from now on" in told and "❓ Bob lives in Oslo" in listed.text
    assert doubted is not None and doubted.state == "live" and doubted.confidence < memory.confidence
    assert (noted.action, noted.reason) == ("doubt", "said to be wrong")
    assert (opinion.helpful, opinion.wrong) == (0, 1)
    assert standing is not None and standing.confidence == memory.confidence
    assert (await opinion_of(troupe, memory)).wrong == 0


async def opinion_of(troupe: Troupe, memory: Memory) -> feedback.Opinion:
    found = await troupe.database.read(feedback.opinions, [memory])
    return found.get(memory.id, feedback.Opinion(memory.id))


async def test_what_is_put_right_is_not_doubted_any_more(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await press(troupe, BOB, "Wrong 1", said)

    await troupe.order(BOB, "memory edit", id=said.memories[0].id, text="Bob lives in Bergen")

    assert "❓" not in (await troupe.order(BOB, "memory list")).text
    assert (await opinion_of(troupe, said.memories[0])).wrong == 0


async def test_what_is_called_wrong_is_not_always_in_mind_any_more(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await press(troupe, BOB, "Pin 1", said)
    pinned = await now(troupe, said.memories[0])

    await press(troupe, BOB, "Wrong 1", said)
    doubted = await now(troupe, said.memories[0])

    assert pinned is not None and doubted is not None
    assert (pinned.pinned, doubted.pinned) == (1, 0)


async def test_each_person_has_one_word_and_the_last_one_counts(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await troupe.order(ANN, "memory add", text="I like tea")
    await press(troupe, ANN, "Helpful 1", said)
    await press(troupe, BOB, "Helpful 1", said)

    with pytest.raises(Refused, match="helpful already"):
        await press(troupe, BOB, "Helpful 1", said)
    both = await opinion_of(troupe, said.memories[0])
    await press(troupe, BOB, "Wrong 1", said)
    split = await opinion_of(troupe, said.memories[0])

    assert [(one.helpful, one.wrong) for one in (both, split)] == [(2, 0), (1, 1)]


async def test_forgetting_by_the_button_asks_first(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    shown = await troupe.order(BOB, "memory why", message=said.reply_id)

    asked = await registry.press(troupe.office, BOB, shown.buttons[2].key)
    still_there = await now(troupe, said.memories[0])
    await registry.press(troupe.office, BOB, asked.buttons[0].key)

    assert "can't be undone" in asked.text and still_there is not None
    assert await now(troupe, said.memories[0]) is None


async def test_what_was_said_of_a_memory_does_not_hinder_forgetting_it(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await press(troupe, BOB, "Helpful 1", said)

    await registry.press(troupe.office, BOB, f"confirm:forget:{said.memories[0].id}")

    assert await now(troupe, said.memories[0]) is None


async def test_pinned_ones_offer_to_be_let_go(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")

    await press(troupe, BOB, "Pin 1", said)
    told = await press(troupe, BOB, "Unpin 1", said)

    assert "comes to mind when it fits" in told


async def test_who_may_not_change_a_memory_gets_no_buttons_for_it(troupe: Troupe) -> None:
    said = await answered(troupe, "I live in Oslo")
    await troupe.order(CID, "memory add", text="I like tea")

    shown = await troupe.order(CID, "memory why", message=said.reply_id)

    assert "Bob lives in Oslo" in shown.text and shown.buttons == ()


@pytest.mark.parametrize("command", ["wrong", "helpful", "forget", "pin"])
async def test_under_the_wrong_finger_a_button_changes_nothing_and_says_why(troupe: Troupe, command: str) -> None:
    said = await answered(troupe, "I live in Oslo")
    await troupe.order(CID, "memory add", text="I like tea")

    with pytest.raises(Refused, match="only they and those with Manage Server"):
        await registry.press(troupe.office, CID, ordering("", f"memory {command}", said.memories[0].id).key)

    assert await now(troupe, said.memories[0]) == replace(
        said.memories[0], uses=1, last_used_at=NOW
    )  # as the reply left it
    assert (await opinion_of(troupe, said.memories[0])) == feedback.Opinion(said.memories[0].id)


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("order:memory why:msg_1", ("memory why", ("msg_1",))),
        ("order:memory pin:mem_1 no", ("memory pin", ("mem_1", "no"))),
        ("order:help:", ("help", ())),
        ("order:help", None),
        ("confirm:forget:mem_1", None),
        ("starter:prs_1:0", None),
    ],
)
def test_a_key_is_read_as_it_was_made(key: str, order: tuple[str, tuple[str, ...]] | None) -> None:
    assert read_order(key) == order


@pytest.mark.parametrize("key", ["order:memory nothing:mem_1", "order:memory wrong:", "order:memory pin:mem_1 maybe"])
async def test_a_key_of_another_release_is_refused_with_a_sentence(troupe: Troupe, key: str) -> None:
    with pytest.raises(Refused):
        await registry.press(troupe.office, BOB, key)
