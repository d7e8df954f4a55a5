"""Words for a persona that the operator banned."""

from __future__ import annotations

from storage import bans, bindings, conversations
from storage.bindings import ChannelKey
from storage.records import Binding
from tests.intake.conftest import HALL, NOW, Ear, heard


async def ban(ear: Ear, name: str) -> None:
    await ear.database.write(bans.add, ear.personas[name], "lies", "you", NOW)


async def bind(ear: Ear, name: str) -> None:
    channel = ChannelKey("discord", HALL.channel_id, HALL.guild_id)
    await ear.database.write(bindings.bind, channel, Binding(ear.personas[name], "always"), "9", NOW)


async def persona_of(ear: Ear, conversation_id: str) -> str:
    found = await ear.database.read(conversations.by_id, conversation_id)
    return found.persona_id if found else ""


async def test_naming_a_banned_persona_is_declined_by_itself_whoever_else_is_here(ear: Ear) -> None:
    await bind(ear, "bo")
    await ban(ear, "ada")

    accepted = await ear.intake.hear(heard("Ada, hello"))

    assert accepted.work_id
    assert await persona_of(ear, accepted.conversation_id) == ear.personas["ada"]


async def test_words_for_somebody_else_are_answered_as_ever(ear: Ear) -> None:
    await ban(ear, "ada")

    accepted = await ear.intake.hear(heard("Bo, hello"))

    assert await persona_of(ear, accepted.conversation_id) == ear.personas["bo"]


async def test_talk_in_a_channel_of_a_banned_persona_is_neither_kept_nor_answered(ear: Ear) -> None:
    await bind(ear, "ada")
    await ban(ear, "ada")

    accepted = await ear.intake.hear(heard("lovely weather"))

    assert (accepted.work_id, await ear.kept("1")) == ("", None)


async def test_a_channel_is_its_persona_s_again_when_the_ban_is_lifted(ear: Ear) -> None:
    await bind(ear, "ada")
    await ban(ear, "ada")
    await ear.database.write(bans.lift, ear.personas["ada"])

    accepted = await ear.intake.hear(heard("lovely weather"))

    assert await persona_of(ear, accepted.conversation_id) == ear.personas["ada"]
