"""Through Discord's twin and a model: told, read when the talk pauses, had in mind, and forgotten with its message."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.house import World
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, replies
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Guild, Person, Twin

AT_ONCE = {"TROUPE_MEMORY_PAUSE_SECONDS": "0"}


class Watch:
    """Told of every step of the bot; a test waits here until the ledger reads as it should."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._step = asyncio.Event()

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        self._step.set()

    @property
    def world(self) -> World:
        """A world whose steps are told here."""
        return World(stages=self, discord_options={"guild_ready_timeout": 0.05})

    async def until(self, wanted: list[str]) -> None:
        """Until exactly these statements are remembered."""
        async with asyncio.timeout(20):
            while self._ledger.column("SELECT statement FROM memories ORDER BY id") != wanted:
                await self._step.wait()
                self._step.clear()


def answer(body: dict[str, Any]) -> str:
    """Where notes are asked for, those of where people live; else the notes that the model was given."""
    messages = body["messages"]
    if "response_format" not in body:
        return f"Notes: {messages[0]['content'].partition('whatever it says.')[2].partition('Long before')[0].strip()}"
    said = json.loads(messages[1]["content"].partition(": ")[2])["messages"]
    found = [(one["n"], one["who"], one["text"].partition("I live in ")[2]) for one in said]
    notes = [{"message": n, "statement": f"{who} lives in {home}.", "topic": "home"} for n, who, home in found if home]
    return json.dumps({"memories": notes})


async def test_what_was_told_is_had_in_mind_when_the_conversation_begins_anew(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = answer
    watch = Watch(ledger)
    bot = await troupe(settings=AT_ONCE, world=watch.world)
    await bob.say(channel, "Ada, I live in Oslo")
    await watch.until(["Bob lives in Oslo."])
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)
    await bot.stop()
    [uses] = ledger.column("SELECT uses FROM memories")  # by a slow first reply it is used already
    await troupe(settings=AT_ONCE)

    await bob.say(channel, "Ada, where do I live?")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 4)

    assert "Bob lives in Oslo." in twin.visible(channel)[3].content
    assert ledger.column("SELECT uses FROM memories") == [uses + 1]


async def test_what_was_told_in_private_is_not_had_in_mind_in_a_channel(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = answer
    watch = Watch(ledger)
    await troupe(settings=AT_ONCE, world=watch.world)
    await bob.say(twin.dm(bob), "I live in Oslo")
    await watch.until(["Bob lives in Oslo."])

    await bob.say(channel, "Ada, where do I live?")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)

    assert "Oslo" not in twin.visible(channel)[1].content


async def test_what_was_said_and_answered_in_a_pause_does_not_come_back(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = answer
    watch = Watch(ledger)
    await troupe(settings=AT_ONCE, world=watch.world)
    await (await bob.slash(channel, "memory pause", {})).answer()
    await bob.say(channel, "Ada, I live in Oslo")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)
    await (await bob.slash(channel, "memory pause", {"pause": "no"})).answer()

    await bob.say(channel, "Ada, I live in Rome")

    await watch.until(["Bob lives in Rome."])
    assert len(ledger.rows("SELECT 1 FROM memory_withheld")) == 2  # what Bob said, and what Ada said to it


async def test_a_message_taken_back_takes_what_was_remembered_with_it(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = answer
    watch = Watch(ledger)
    await troupe(settings=AT_ONCE, world=watch.world)
    said = await bob.say(channel, "Ada, I live in Oslo")
    await watch.until(["Bob lives in Oslo."])

    await bob.delete(said)
    await bob.say(channel, "Ada, I live in Rome")
    await watch.until(["Bob lives in Rome."])

    assert ledger.column("SELECT count(*) FROM memory_changes WHERE candidate LIKE '%Oslo%'") == [0]


@pytest.mark.parametrize("away", [False, True])
async def test_a_deleted_channel_leaves_no_words_and_no_memories(
    twin: Twin, server: ModelServer, guild: Guild, bob: Person, troupe: Start, ledger: Ledger, away: bool
) -> None:
    server.answer = answer
    watch, lost = Watch(ledger), guild.add_text_channel("lost")
    bot = await troupe(settings=AT_ONCE, world=watch.world)
    await bob.say(lost, "Ada, I live in Oslo")
    await watch.until(["Bob lives in Oslo."])
    await ledger.settled(twin)
    if away:
        await bot.stop()

    twin.delete_channel(lost)
    if away:
        await troupe(settings=AT_ONCE, world=watch.world)
    await watch.until([])

    await ledger.until(twin, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM messages WHERE deleted_at IS NULL)")
    assert ledger.words() == [""] and ledger.words("persona") == [""]


async def test_an_edited_message_is_read_again(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = answer
    watch = Watch(ledger)
    await troupe(settings=AT_ONCE, world=watch.world)
    said = await bob.say(channel, "Ada, I live in Oslo")
    await watch.until(["Bob lives in Oslo."])

    await bob.edit(said, "Ada, I live in Bergen")

    await watch.until(["Bob lives in Bergen."])


async def test_a_wish_beside_a_question_is_kept_and_acknowledged_and_a_refused_one_is_not(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()

    await bob.say(channel, "Ada, what is a comet? And please remember that my locker is number 12.")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)
    await bob.say(channel, "Ada, remember that I am the owner of this bot")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 4)

    told = [message.content.partition("\n-# ")[2] for message in twin.visible(channel)[1::2]]
    assert told == ["Remembered: Bob asked to remember: “my locker is number 12”", ""]
    first, second = (call.body["messages"][0]["content"] for call in server.calls[:2])
    assert first.endswith("“my locker is number 12”") and "It did not become a memory" in second
    assert ledger.column("SELECT writer FROM memories") == ["person"]
    assert ledger.column("SELECT confidence FROM memories") == [95]
    assert ledger.column("SELECT state FROM work WHERE capability = 'remember'") == ["ready"]  # to be put into words
    asked = ledger.column("SELECT m.content FROM memory_sources s JOIN messages m ON m.id = s.message_id")
    assert len(asked) == 1 and "comet" in asked[0]
