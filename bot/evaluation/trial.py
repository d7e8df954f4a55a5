"""Hears a corpus as a bot would, in a database that is thrown away, and asks its questions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bells import Bell
from bot.clock import SystemClock
from bot.evaluation.corpus import Asked, Line, Talk
from bot.evaluation.metrics import Outcome
from bot.intake.accept import Hand, accept
from bot.intake.decide import Keep, Rule
from bot.memory import recall
from bot.memory.embedding import Embedding
from bot.memory.owing import Patience
from bot.memory.ranking import Recalled
from bot.memory.recall import Audience, Sought, Wondering
from bot.memory.untold import untold
from bot.ports import Embedder, Place, Said, Speaker
from bot.text.tokens import estimate_tokens
from storage import events, migrate, personas
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.opening import open_url
from storage.personas import NewPersona
from storage.records import Sheet

_GUILD = "1"
_DEEPEST = 50
_PATIENCE = Patience(10**12, 10**9)  # what is measured is the recall of messages
_PERSONA = Sheet("Listener", "Hears a corpus.", "Hello.")


@dataclass(frozen=True, slots=True)
class Trial:
    """An open database that has heard every talk, each in a channel of one guild."""

    database: Database
    talks: Sequence[Talk]
    conversations: Sequence[str]
    sources: dict[str, str]
    embedding: Embedding | None

    def audience(self, at: int, *, pooled: bool) -> Audience:
        """Who asks a talk's questions: its own channel alone, or people who see the whole guild."""
        return Audience(self.conversations[at], tuple(self.conversations) if pooled else ())

    async def candidates(self, at: int, asked: Asked, *, pooled: bool) -> list[Recalled]:
        """What could answer the question as a whole, unranked."""
        sought, _, _ = await self._sought(at, asked, pooled=pooled)
        audience = self.audience(at, pooled=pooled)
        return await self.database.read(recall.candidates, audience, sought[0].query, sought[0].space)

    async def outcome(self, at: int, asked: Asked, *, pooled: bool) -> Outcome:
        """What one question found."""
        sought, ms, embedding_ms = await self._sought(at, asked, pooled=pooled)
        began = time.perf_counter()
        found = await self.database.read(recall.find, self.audience(at, pooled=pooled), sought, _DEEPEST)
        ms += (time.perf_counter() - began) * 1000
        best = tuple(self.sources[one.passage.id] for one in found)
        sizes = tuple(estimate_tokens(f"{one.passage.name}: {one.passage.content}") for one in found)
        return Outcome(asked.category, self.wanted(at, asked), best, ms, embedding_ms, untold(found), sizes)

    async def _sought(self, at: int, asked: Asked, *, pooled: bool) -> tuple[list[Sought], float, float]:
        """The question as it is read, with the milliseconds of reading and of embedding it."""
        began = time.perf_counter()
        wondering = Wondering(asked.text, "", "", self.talks[at].lines[-1].said_at)
        queries = await self.database.read(recall.asks, self.audience(at, pooled=pooled), wondering)
        understood = time.perf_counter()
        spaces = [await self.embedding.space(one.text) if self.embedding else None for one in queries]
        embedded = time.perf_counter()
        sought = [Sought(*one) for one in zip(queries, spaces, strict=True)]
        return sought, (understood - began) * 1000, (embedded - understood) * 1000

    def wanted(self, at: int, asked: Asked) -> frozenset[str]:
        """The evidence, told apart from that of other talks."""
        return frozenset(f"{at}/{dialog}" for dialog in asked.evidence)


@asynccontextmanager
async def open_trial(talks: Sequence[Talk], embedder: Embedder | None) -> AsyncIterator[Trial]:
    """Keep, index and embed every line, through the same functions as the running bot."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="troupe-eval-") as folder:
        opened = await open_url(f"sqlite:///{Path(folder) / 'troupe.db'}")
        try:
            await migrate.up(opened.database, clock.now)
            ids = Ids(clock.now)
            persona = await opened.database.write(_persona, ids, clock.now())
            heard = [await _hear(opened.database, ids, persona, at, talk) for at, talk in enumerate(talks)]
            embedding = Embedding(opened.database, embedder, Bell(), clock) if embedder else None
            if embedding:
                await embedding.catch_up()
            sources = {message: source for one in heard for message, source in one.sources.items()}
            yield Trial(opened.database, talks, [one.conversation_id for one in heard], sources, embedding)
        finally:
            await opened.close()


@dataclass(frozen=True, slots=True)
class _Heard:
    conversation_id: str
    sources: dict[str, str]


def _persona(tx: Transaction, ids: Ids, now: int) -> str:
    new = NewPersona(ids.new("prs"), ids.new("pvr"), "", "listener", "active", "person", "", _PERSONA, "eval", "eval")
    personas.add(tx, new, now)
    return new.id


async def _hear(database: Database, ids: Ids, persona: str, at: int, talk: Talk) -> _Heard:
    sources: dict[str, str] = {}
    conversation_id = ""
    for line in talk.lines:
        conversation_id, message = await database.write(_line, ids, persona, at, line)
        sources[message] = f"{at}/{line.id}"
    return _Heard(conversation_id, sources)


def _line(tx: Transaction, ids: Ids, persona: str, at: int, line: Line) -> tuple[str, str]:
    said = Said(
        client_message_id=f"{at}/{line.id}",
        place=Place("eval", str(at), _GUILD),
        speaker=Speaker(f"{at}/{line.name}", line.name),
        text=line.text,
        said_at=line.said_at,
    )
    accepted = accept(tx, said, Keep(persona, Rule.NOBODY), Hand(ids, line.said_at, _PATIENCE), move_cursor=False)
    heard = events.find(tx, "eval", said.client_message_id)
    assert heard is not None  # it was kept just now
    return accepted.conversation_id, heard.message_id
