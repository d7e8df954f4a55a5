from dataclasses import replace

import pytest

from bot.commands.base import Caller, Refused
from storage import conversations, personas
from storage.engines.base import Transaction
from storage.ids import Ids
from tests.commands.conftest import ANN, BOB, DAN, EVE, Troupe, scene


async def persona_id(troupe: Troupe, guild_id: str, name: str) -> str:
    persona = await troupe.database.read(personas.called, guild_id, name)
    assert persona is not None
    return persona.id


async def test_chat_hands_the_words_to_the_persona_that_was_picked(troupe: Troupe) -> None:
    answer = await troupe.order(BOB, "chat", message="Hello\nyou", persona="halvard", _id="77", _at="123")

    (said,) = troupe.outside.said
    assert (said.client_message_id, said.said_at, said.text) == ("77", 123, "Hello\nyou")
    assert (said.place, said.speaker.platform_id) == (BOB.place, BOB.platform_id)
    assert said.persona_id == await persona_id(troupe, "100", "halvard")
    assert answer.text == "**Bob** to **Halvard**: Hello\nyou"
    assert not answer.private


async def test_chat_without_a_persona_goes_to_whoever_answers_here(troupe: Troupe) -> None:
    await troupe.order(BOB, "chat", message="one")
    await troupe.order(BOB, "persona use", name="paloma")
    await troupe.order(BOB, "chat", message="two")
    await troupe.order(ANN, "persona bind", name="odile")
    await troupe.order(BOB, "chat", message="three")

    names = [await persona_id(troupe, "100", name) for name in ("ada", "paloma", "odile")]
    assert [said.persona_id for said in troupe.outside.said] == names


async def test_a_thread_has_its_channels_persona(troupe: Troupe) -> None:
    await troupe.order(ANN, "persona bind", name="odile")
    thread = replace(BOB, place=replace(BOB.place, channel_id="5", parent_id="1001", kind="thread"))

    await troupe.order(thread, "chat", message="hi")

    assert troupe.outside.said[0].persona_id == await persona_id(troupe, "100", "odile")


async def test_names_in_a_chat_answer_mean_no_markdown(troupe: Troupe) -> None:
    answer = await troupe.order(replace(BOB, name="**B_b**"), "chat", message="hi")

    assert answer.text.startswith(r"**\*\*B\_b\*\*** to **Ada**")


async def test_chat_that_nobody_answers_is_refused(troupe: Troupe) -> None:
    troupe.outside.owes = ""

    with pytest.raises(Refused, match="Ada does not answer that"):
        await troupe.order(BOB, "chat", message="hi")


async def test_chat_with_a_persona_that_does_not_talk_says_nothing(troupe: Troupe) -> None:
    await troupe.database.write(personas.set_status, await persona_id(troupe, "", "odile"), "discontinued", 1)

    with pytest.raises(Refused, match="Odile does not talk any more"):
        await troupe.order(BOB, "chat", message="hi", persona="odile")

    assert troupe.outside.said == []


def talked(tx: Transaction, caller: Caller, persona: str, ids: Ids) -> str:
    conversation = scene(tx, caller, persona, ids)
    conversations.next_seq(tx, conversation.id)
    return conversation.id


@pytest.mark.parametrize("caller", [ANN, DAN])
async def test_reset_lets_history_begin_after_what_was_said(troupe: Troupe, caller: Caller) -> None:
    ada = await persona_id(troupe, "", "ada")
    conversation_id = await troupe.database.write(talked, caller, ada, troupe.office.ids)

    answer = await troupe.order(caller, "reset")

    conversation = await troupe.database.read(conversations.by_id, conversation_id)
    assert conversation is not None and conversation.fresh_seq == 1
    assert "still kept" in answer.text


async def test_reset_touches_this_channel_only(troupe: Troupe) -> None:
    ada = await persona_id(troupe, "", "ada")
    conversation_id = await troupe.database.write(talked, ANN, ada, troupe.office.ids)

    answer = await troupe.order(EVE, "reset", persona="ada")

    conversation = await troupe.database.read(conversations.by_id, conversation_id)
    assert conversation is not None and conversation.fresh_seq == 0
    assert "not talked here yet" in answer.text
