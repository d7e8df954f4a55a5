"""What was said is found by its words and its meaning, follows every change, and is seen by nobody else."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import SystemClock
from storage import conversations, messages, passages, people, personas, recall, vectors
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.ids import Ids
from storage.messages import NewMessage
from storage.recall import Reach
from storage.records import Conversation
from storage.vectors import Embedded, Lacking
from tests.fakes.tiny_embedder import embedded
from tests.storage.conftest import NOW, a_persona

MODEL, OTHER = "tiny/64", "tinier/64"
VOCABULARY = ("cat", "dog", "tea", "rain", "piano", "lamp")
EVERYTHING = 400


class Crash(Exception):
    """The transaction ends in the middle."""


@dataclass
class World:
    """Three conversations and what a right index must know of them."""

    database: Database
    ids: Ids
    scenes: list[Conversation]
    said: dict[str, tuple[int, str]] = field(default_factory=dict)  # by message: which scene, and its words
    embedded_by: dict[str, str] = field(default_factory=dict)

    async def say(self, at: int, text: str) -> str:
        """Somebody says it there."""
        message = await self.database.write(say, self.ids, self.scenes[at], text)
        self.said[message] = (at, text)
        return message

    async def edit(self, message: str, text: str) -> None:
        """It reads differently."""
        at, before = self.said[message]
        await self.database.write(messages.revise, self.scenes[at].id, message, text, NOW)
        self.said[message] = (at, text)
        if text != before:
            self.embedded_by.pop(message, None)

    async def take_back(self, message: str) -> None:
        """It is a tombstone."""
        at, _ = self.said.pop(message)
        await self.database.write(messages.take_back, self.scenes[at].id, message, NOW)
        self.embedded_by.pop(message, None)

    async def embed(self, model: str, most: int) -> None:
        """Some of what lacks a vector gets one."""
        found = await self.database.read(vectors.lacking, model, most)
        numbers = await self.numbers()
        await self.database.write(embed, model, found)
        self.embedded_by |= {numbers[passage.number]: model for passage in found}

    async def numbers(self) -> dict[int, str]:
        """The message of each passage."""
        found: dict[int, str] = {}
        for scene in self.scenes:
            found |= await self.database.read(all_of, scene)
        return found


def say(tx: Transaction, ids: Ids, scene: Conversation, text: str) -> str:
    seq = conversations.next_seq(tx, scene.id)
    message = NewMessage(ids.new("msg"), scene.id, seq, "person", "Bob", text, NOW)
    messages.add(tx, message)
    return message.id


def embed(tx: Transaction, model: str, found: Sequence[Lacking]) -> None:
    left = vectors.borrow(tx, model, found)
    vectors.keep(tx, model, [Embedded(passage, embedded(passage.words)) for passage in left])


def all_of(tx: Transaction, scene: Conversation) -> dict[int, str]:
    within = whole(tx, scene)
    return {one.number: one.id for one in recall.told(tx, within, range(within.first, within.first + 60))}


def whole(tx: Transaction, scene: Conversation) -> Reach:
    found = [one for one in recall.seen(tx, scene.id) if one.conversation_id == scene.id]
    return recall.reach(found[0]) if found else Reach(1, 0)


def lay(tx: Transaction, ids: Ids) -> list[Conversation]:
    persona = a_persona(ids)
    personas.add(tx, persona, NOW)
    people.heard(tx, ids.new("psn"), "discord", "7", "Bob", NOW)
    places = [("1", "10", "channel"), ("2", "10", "channel"), ("3", "", "dm"), ("4", "11", "channel")]
    return [
        conversations.open(tx, ids.new("cnv"), Scene("discord", channel, guild, "", kind, persona.id), NOW)
        for channel, guild, kind in places
    ]


@pytest.fixture
async def world(database: Database) -> World:
    ids = Ids(SystemClock().now)
    return World(database, ids, await database.write(lay, ids))


async def assert_right(world: World) -> None:
    """Both indexes hold exactly what is said and embedded, each in its scope."""
    for at, scene in enumerate(world.scenes):
        here = {message: text for message, (where, text) in world.said.items() if where == at and text.strip()}
        numbers = await world.database.read(all_of, scene)
        within = await world.database.read(whole, scene)
        assert set(numbers.values()) == set(here)
        for word in VOCABULARY:
            having = await world.database.read(recall.having, within, word)
            assert {numbers[number] for number in having} == {m for m, text in here.items() if word in text.split()}
        for model in (MODEL, OTHER):
            await _assert_vectors(world, within, numbers, model)


async def _assert_vectors(world: World, within: Reach, numbers: dict[int, str], model: str) -> None:
    wanted = {number for number, message in numbers.items() if world.embedded_by.get(message) == model}
    nearest = await world.database.read(recall.nearest, within, model, embedded("cat"), EVERYTHING)
    assert set(nearest) == wanted
    for number in wanted:
        own = embedded(world.said[numbers[number]][1])
        alike = await world.database.read(recall.alike, within, model, own, [number])
        assert alike == {number: pytest.approx(1, abs=1e-5)}


Step = tuple[str, int, int, str]


async def live(world: World, steps: Sequence[Step]) -> None:
    """Go through the steps; a message is picked by its place among those that are there."""
    for what, at, which, text in steps:
        there = sorted(world.said)
        match what:
            case "say":
                await world.say(at, text)
            case "edit" if there:
                await world.edit(there[which % len(there)], text)
            case "take_back" if there:
                await world.take_back(there[which % len(there)])
            case "embed":
                await world.embed(MODEL if at else OTHER, which + 1)
            case "crash":
                await _crash(world, at, there[which % len(there)] if there else "", text)


async def _crash(world: World, at: int, message: str, text: str) -> None:
    def doomed(tx: Transaction) -> None:
        say(tx, world.ids, world.scenes[at], text)
        messages.revise(tx, world.scenes[at].id, message, text, NOW)
        messages.take_back(tx, world.scenes[at].id, message, NOW)
        raise Crash

    with pytest.raises(Crash):
        await world.database.write(doomed)


texts = st.lists(st.sampled_from(VOCABULARY), max_size=4).map(" ".join)
whats = st.sampled_from(["say", "say", "say", "edit", "take_back", "embed", "crash"])
lives = st.lists(st.tuples(whats, st.integers(0, 2), st.integers(0, 9), texts), max_size=25)


@settings(max_examples=25)
@given(steps=lives)
def test_whatever_is_said_edited_and_taken_back_both_indexes_agree_with_it(model_file: Path, steps: list[Step]) -> None:
    async def run(folder: str) -> None:
        database = Database(await SQLiteEngine.open(Path(shutil.copy(model_file, folder))))
        ids = Ids(SystemClock().now)
        world = World(database, ids, await database.write(lay, ids))
        try:
            await live(world, steps)
            await assert_right(world)
            await database.write(check_words)
        finally:
            await database.close()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(folder))


def check_words(tx: Transaction) -> None:
    """Raises unless the index of words is what the messages say."""
    tx.script("INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1);")


@pytest.mark.parametrize("seed", range(3))
async def test_long_lives_leave_both_indexes_right_in_each_database(world: World, seed: int) -> None:
    chance = Random(seed)
    kinds = ["say", "say", "say", "edit", "take_back", "embed", "crash"]
    steps = [
        (chance.choice(kinds), chance.randrange(3), chance.randrange(10), " ".join(chance.choices(VOCABULARY, k=3)))
        for _ in range(60)
    ]

    await live(world, steps)

    await assert_right(world)
    await world.database.write(passages.renew_words)
    await assert_right(world)


async def test_words_are_found_by_their_stem_and_never_by_syntax(world: World) -> None:
    message = await world.say(0, "My cats were playing; AND OR NOT NEAR they* slept")

    async def found(word: str) -> list[str]:
        within = await world.database.read(whole, world.scenes[0])
        return [message for _ in await world.database.read(recall.having, within, word)]

    assert await found("cat") == await found("plays") == await found("NEAR") == [message]
    assert await found("slee") == []


async def test_any_word_that_can_be_asked_for_can_be_looked_for(world: World) -> None:
    await world.say(0, "Straße ² ½ 漢字 naïve")
    odd = [chr(code) for code in range(0x80, 0x3000) if chr(code).isalnum()]

    def look(tx: Transaction) -> list[int]:
        within = whole(tx, world.scenes[0])
        return [len(recall.having(tx, within, word)) for word in ["straße", "漢字", "naïve", *odd[::17]]]

    assert (await world.database.read(look))[:3] == [1, 1, 1]


async def test_the_same_words_share_a_vector_without_being_embedded_again(world: World) -> None:
    first = await world.say(0, "good night")
    await world.embed(MODEL, 10)
    second = await world.say(2, "good night")

    found = await world.database.read(vectors.lacking, MODEL, 10)
    left = await world.database.write(vectors.borrow, MODEL, found)

    world.embedded_by |= {first: MODEL, second: MODEL}
    assert [one.words for one in found] == ["good night"] and left == []
    await assert_right(world)


async def test_a_vector_that_comes_after_an_edit_is_not_kept(world: World) -> None:
    message = await world.say(0, "cat")
    found = await world.database.read(vectors.lacking, MODEL, 10)
    await world.edit(message, "dog")

    await world.database.write(embed, MODEL, found)

    assert await world.database.read(vectors.count_lacking, MODEL) == 1
    await assert_right(world)


async def test_a_text_that_cannot_be_embedded_is_not_tried_for_ever(world: World) -> None:
    await world.say(0, "cat")
    [passage] = await world.database.read(vectors.lacking, MODEL, 10)

    await world.database.write(vectors.keep, MODEL, [Embedded(passage, None)])

    assert await world.database.read(vectors.lacking, MODEL, 10) == []
    await assert_right(world)


async def test_another_model_embeds_everything_again_while_the_words_stay_found(world: World) -> None:
    for word in VOCABULARY:
        await world.say(0, word)
    await world.embed(MODEL, 10)

    await world.embed(OTHER, 4)

    assert await world.database.read(vectors.count_lacking, OTHER) == 2
    await assert_right(world)


# ── Who may see it ───────────────────────────────────────────────────────────────────────────────


async def scopes(world: World, at: int, visible: Sequence[int]) -> set[int]:
    """The scenes that people in a scene see when those are named as visible."""
    named = [world.scenes[one].id for one in visible]
    seen = await world.database.read(recall.seen, world.scenes[at].id, named)
    return {[scene.id for scene in world.scenes].index(one.conversation_id) for one in seen}


async def test_people_see_their_own_scene_and_of_their_guild_what_is_named_to_be_visible(world: World) -> None:
    for at in range(4):
        await world.say(at, "cat")

    assert await scopes(world, 0, []) == {0}
    assert await scopes(world, 0, [1]) == {0, 1}
    assert await scopes(world, 0, [0, 1, 2, 3]) == {0, 1}, "neither a direct message nor another guild"
    assert await scopes(world, 2, [0, 1, 2, 3]) == {2}, "a direct message looks nowhere else"
    assert await world.database.read(recall.seen, "cnv_nobody", [world.scenes[0].id]) == []


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_of_a_scene_reaches_those_who_cannot_see_it(world: World, seed: int) -> None:
    chance = Random(seed)
    for _ in range(40):
        await world.say(chance.randrange(4), " ".join(chance.choices(VOCABULARY, k=4)))
    await world.embed(MODEL, 100)

    for at in range(4):
        visible = [one for one in range(4) if chance.random() < 0.5]
        allowed = await scopes(world, at, visible)
        found = await _everything(world, at, visible)
        assert {world.said[message][0] for message in found} <= allowed <= {at, *visible}


async def _everything(world: World, at: int, visible: Sequence[int]) -> set[str]:
    """Every message that any query gives to people there, asked for every number there is."""
    scenes = await world.database.read(recall.seen, world.scenes[at].id, [world.scenes[one].id for one in visible])
    everywhere = list(await world.numbers())
    found: set[int] = set()
    for scene in scenes:
        within = recall.reach(scene)
        for word in VOCABULARY:
            found |= set(await world.database.read(recall.having, within, word))
        found |= set(await world.database.read(recall.nearest, within, MODEL, embedded("cat"), EVERYTHING))
        found |= set(await world.database.read(recall.alike, within, MODEL, embedded("cat"), everywhere))
        found |= {one.number for one in await world.database.read(recall.told, within, everywhere)}
    numbers = await world.numbers()
    return {numbers[number] for number in found}


async def test_what_was_said_before_a_new_beginning_is_not_recalled(world: World) -> None:
    await world.say(0, "cat")
    scene = world.scenes[0]
    await world.database.write(
        conversations.begin_anew, scene.platform, scene.channel_id, scene.guild_id, scene.persona_id
    )
    await world.say(0, "cat and dog")

    within = await world.database.read(whole, scene)

    assert len(await world.database.read(recall.having, within, "cat")) == 1


async def test_the_names_of_those_who_spoke_are_known(world: World) -> None:
    def speak(tx: Transaction) -> None:
        for name in ("Zoe", "Bob", "Zoe", "Ada"):
            seq = conversations.next_seq(tx, world.scenes[0].id)
            messages.add(tx, NewMessage(world.ids.new("msg"), world.scenes[0].id, seq, "person", name, "hi", NOW))

    await world.database.write(speak)

    found = await world.database.read(recall.names, world.scenes[0].id)
    assert [one.name for one in found] == ["Ada", "Bob", "Zoe"]
    assert await world.database.read(recall.names, world.scenes[1].id) == []


def test_passages_of_one_scope_never_touch_those_of_another() -> None:
    assert passages.scope_of(7 * passages.PLACES + passages.PLACES - 1) == 7
    assert passages.scope_of(8 * passages.PLACES) == 8
