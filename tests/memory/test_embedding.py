"""Vectors are made in the background, whatever the embedder does, and searching goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.bells import Bell
from bot.memory.embedding import Embedding
from bot.memory.memory import Memory
from bot.memory.recall import Audience, Wondering
from bot.ports import EmbedFailed, EmbedFault, Vector
from storage import vectors
from tests.fakes.tiny_embedder import TinyEmbedder
from tests.memory.conftest import Town
from tests.storage.conftest import NOW


class Impatient:
    """A clock on which every wait is over at the next turn of the loop."""

    def now(self) -> int:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class Talkative(Impatient):
    """Somebody says something in each wait, so many times."""

    def __init__(self, bell: Bell, times: int) -> None:
        self.waits, self._bell, self._times = 0, bell, times

    async def sleep(self, seconds: float) -> None:
        self.waits += 1
        if self.waits <= self._times:
            self._bell.ring()
        await super().sleep(seconds)


class Picky(TinyEmbedder):
    """Refuses whatever holds a text with a certain word."""

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        if any("poison" in text for text in texts):
            raise EmbedFailed(EmbedFault.REFUSED)
        return await super().embed(texts)


@asynccontextmanager
async def embedding(
    town: Town, embedder: TinyEmbedder, bell: Bell, clock: Impatient | None = None
) -> AsyncIterator[Embedding]:
    """One at work while the block lasts."""
    made = Embedding(town.database, embedder, bell, clock or Impatient())
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    await asyncio.wait([running])


async def test_what_is_said_later_is_embedded_at_the_bell(town: Town) -> None:
    embedder, bell = TinyEmbedder(), Bell()
    await town.hall.hear("Bob: a kite")

    async with embedding(town, embedder, bell):
        await embedder.has_embedded("a kite")
        await town.attic.hear("Bob: a lamp")
        bell.ring()
        await embedder.has_embedded("a lamp")

    assert embedder.asked == ["a kite", "a lamp"]


@pytest.mark.parametrize(("talks", "waits"), [(0, 1), (3, 4), (1000, 10)])
async def test_who_embeds_waits_for_a_pause_but_not_for_ever(town: Town, talks: int, waits: int) -> None:
    embedder, bell = TinyEmbedder(), Bell()
    clock = Talkative(bell, talks)
    await town.hall.hear("Bob: a kite")

    async with embedding(town, embedder, bell, clock):
        await embedder.has_embedded("a kite")

        assert clock.waits == waits


async def test_an_embedder_that_comes_late_embeds_what_was_missed(town: Town) -> None:
    embedder = TinyEmbedder()
    embedder.failing = EmbedFailed(EmbedFault.MISSING)
    await town.hall.hear("Bob: a kite")

    async with embedding(town, embedder, Bell()) as made:
        memory = Memory(town.database, made)
        found = await memory.recall(Audience(town.hall.id), Wondering("kite", "Bob", "Ada", NOW), 5)
        embedder.failing = None
        await embedder.has_embedded("a kite")

    assert [one.passage.content for one in found] == ["a kite"], "by its words, while there were no vectors"


async def test_a_text_that_is_refused_keeps_no_other_from_its_vector(town: Town) -> None:
    await town.hall.hear("Bob: a kite", "Bob: poison", "Bob: a lamp")
    embedder = Picky()

    await Embedding(town.database, embedder, Bell(), Impatient()).catch_up()

    assert await town.database.read(vectors.lacking, "tiny/64", 10) == []
    assert {"a kite", "a lamp"} <= set(embedder.asked)


async def test_an_embedder_that_refuses_everything_marks_nothing(town: Town) -> None:
    await town.hall.hear("Bob: a kite")
    embedder = TinyEmbedder()
    await embedder.open()
    made = Embedding(town.database, embedder, Bell(), Impatient())
    await made.catch_up()
    await town.hall.hear("Bob: a lamp")
    embedder.failing = EmbedFailed(EmbedFault.REFUSED)

    with pytest.raises(EmbedFailed):
        await made.catch_up()

    assert await town.database.read(vectors.count_lacking, "tiny/64") == 1


async def test_another_embedder_embeds_everything_anew(town: Town) -> None:
    await town.hall.hear("Bob: a kite", "Zoe: a lamp")
    await Embedding(town.database, TinyEmbedder(), Bell(), Impatient()).catch_up()
    other = TinyEmbedder("other", 32)

    made = Embedding(town.database, other, Bell(), Impatient())
    before = await Memory(town.database, made).recall(Audience(town.hall.id), Wondering("kite", "", "", NOW), 5)
    await made.catch_up()
    after = await Memory(town.database, made).recall(Audience(town.hall.id), Wondering("kite", "", "", NOW), 5)

    assert before[0].passage.content == after[0].passage.content == "a kite"
    assert (before[0].why.meaning, after[0].why.meaning > 0) == (0, True)
    assert sorted(set(other.asked)) == ["a kite", "a lamp", "kite"]


async def test_a_question_that_cannot_be_embedded_is_answered_by_words(town: Town) -> None:
    await town.hall.hear("Bob: a kite")
    embedder = TinyEmbedder()
    made = Embedding(town.database, embedder, Bell(), Impatient())
    await made.catch_up()
    embedder.failing = EmbedFailed(EmbedFault.UNREACHABLE)

    found = await Memory(town.database, made).recall(Audience(town.hall.id), Wondering("kite", "", "", NOW), 5)

    assert [one.passage.content for one in found] == ["a kite"]
