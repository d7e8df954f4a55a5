"""Fills a bot's memory with what many people said and one memory drawn from each message; their vectors are random."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice, repeat
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.speech import Speech
from benchmarks.stored import Opened
from bot.memory.candidate import Candidate, Subject
from bot.memory.journal import Pen
from bot.ports import Vector
from storage import conversations, memories, messages, passages, people, vectors
from storage.conversations import Scene
from storage.engines.base import Table, Transaction
from storage.messages import NewMessage
from storage.vectors import Embedded, Lacking

Array = NDArray[np.float32]
EMBEDDER, DIMENSION = "given", 384
BEGAN = 1_700_000_000_000
_MODEL = f"{EMBEDDER}/{DIMENSION}"
_VECTORS = Table("vectors", ("number", "model", "dimension", "content_hash", "vector"), ("number",))
_MINUTE_MS, _PAUSE_MS = 60_000, 6 * 3_600_000
_PAIRS = 200  # messages of one transaction, each with its memory; with more of them each takes longer
_AT_ONCE = 64  # scenes of others in which is talked at the same time
_SMALLEST, _LARGEST = 10, 10_000  # rows of such a scene
_IN_A_CHANNEL = 8  # people


@dataclass(frozen=True, slots=True)
class Kept:
    """A message or a memory with its vector."""

    words: str
    vector: Array


@dataclass(slots=True)
class Party:
    """A scene of so many messages with its people's ids and names; opened at the first word, which is said at BEGAN."""

    messages: int
    kind: str = "dm"
    id: str = ""
    people: list[tuple[str, str]] = field(default_factory=list)
    clock: int = BEGAN


class Town:
    """One person's direct conversation of at most ``own`` rows, filled first, then more and more scenes of others."""

    def __init__(self, bot: Opened, own: int) -> None:
        self.home = Party(own // 2)
        self.mine: list[Kept] = []
        self.rows = 0
        self.bytes = 0  # of all words and vectors, as they are
        self.chance = np.random.default_rng(1)
        self.random = Random(1)
        self._bot = bot
        self._speech = Speech(self.random)
        self._scenes = count(1)
        self._parties = self._in_turns()

    async def grow(self, rows: int, tick: Callable[[], None]) -> None:
        """Go on until there are that many messages and memories in all; ticks after each transaction."""
        while self.rows < rows:
            await self._bot.database.write(self._fill, min(_PAIRS, (rows - self.rows) // 2))
            tick()
        await self._bot.database.tidy()

    def unit(self, rows: int) -> Array:
        """That many random vectors of length 1."""
        drawn = self.chance.standard_normal((rows, DIMENSION), np.float32)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)

    def _fill(self, tx: Transaction, pairs: int) -> None:
        mine: set[str] = set()
        for party in islice(self._parties, pairs):
            said = self._say(tx, party)
            if party is self.home:
                mine |= said
        self._embed(tx, 2 * pairs, mine)

    def _say(self, tx: Transaction, party: Party) -> set[str]:
        """One message and what is remembered of it; the words of both."""
        if not party.id:
            self._open(tx, party)
        party.clock += _PAUSE_MS if self.random.random() < 0.2 else _MINUTE_MS
        (person_id, name), said_at = self.random.choice(party.people), party.clock
        message = NewMessage(
            id=self._bot.ids.new("msg"),
            conversation_id=party.id,
            seq=conversations.next_seq(tx, party.id),
            role="person",
            name=name,
            content=self._speech.sentence(),
            said_at=said_at,
            person_id=person_id,
        )
        messages.add(tx, message)
        statement, subject = f"{name} {self._speech.sentence()}", Subject("person", person_id, name)
        candidate = Candidate(statement, "fact", subject, message.id, person_id, said_at)
        pen = Pen(self._bot.ids, said_at, "bench", "model")
        memory = pen.memory(party.id, conversations.next_seq(tx, party.id), candidate, None)
        memories.add(tx, memory, [message.id])
        return {message.content, statement}

    def _embed(self, tx: Transaction, rows: int, mine: set[str]) -> None:
        found, drawn = vectors.lacking(tx, _MODEL, rows), self.unit(rows)
        if mine:
            vectors.keep(tx, _MODEL, [Embedded(one, listed(row)) for one, row in zip(found, drawn, strict=True)])
            self.mine += [Kept(one.words, row) for one, row in zip(found, drawn, strict=True) if one.words in mine]
        else:
            _keep_as_they_are(tx, found, drawn)
        self.rows += rows
        self.bytes += drawn.nbytes + sum(len(one.words.encode()) for one in found)

    def _open(self, tx: Transaction, party: Party) -> None:
        number = next(self._scenes)
        guild = "" if party.kind == "dm" else str(10**16 + number // 10)
        place = Scene("discord", str(10**17 + number), guild, "", party.kind, self._bot.persona_id)
        party.id = conversations.open(tx, self._bot.ids.new("cnv"), place, BEGAN).id
        for at in range(1 if party.kind == "dm" else _IN_A_CHANNEL):
            name, platform_id = f"Person{number}x{at}", str(10**15 + number * _IN_A_CHANNEL + at)
            person = people.heard(tx, self._bot.ids.new("psn"), "discord", platform_id, name, BEGAN)
            party.people.append((person.id, name))

    def _in_turns(self) -> Iterator[Party]:
        """Whose scene hears the next message; others talk at once, and where all was said, a new one begins."""
        yield from repeat(self.home, self.home.messages)
        talking = [self._others() for _ in range(_AT_ONCE)]
        while True:
            at = self.random.randrange(_AT_ONCE)
            party = talking[at]
            yield party
            party.messages -= 1
            if not party.messages:
                talking[at] = self._others()

    def _others(self) -> Party:
        """Few scenes are large: as many hold ten to a hundred rows as hold a thousand to ten thousand."""
        rows = _SMALLEST * (_LARGEST / _SMALLEST) ** self.random.random()
        return Party(max(1, int(rows) // 2), self.random.choice(("dm", "channel")))


def _keep_as_they_are(tx: Transaction, found: Sequence[Lacking], drawn: Array) -> None:
    """What vectors.keep does, in half the time: of a million, most of it goes into writing out numbers."""
    named = [(one.number, _MODEL, DIMENSION, one.content_hash) for one in found]
    tx.tables().add(_VECTORS, [(*name, row.tobytes()) for name, row in zip(named, drawn, strict=True)])
    signs = np.packbits(drawn[:, : vectors.SIGNS] > 0, axis=1, bitorder="little")
    for one, bits in zip(found, signs, strict=True):
        number = one.number
        tx.run("vectors.mark", number=number, model=_MODEL, content_hash=one.content_hash)
        scope = passages.scope_of(number)
        tx.run("vectors.add_bits", number=number, scope=scope, model=_MODEL, bits=bits.tobytes())


def listed(row: Array) -> Vector:
    """A vector as an embedder gives it."""
    return array("f", row.tobytes())
