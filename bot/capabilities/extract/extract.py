"""The extract capability: what was said since the last time, read by a model, becomes candidates with decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.capabilities.asking import Asker
from bot.capabilities.base import Desk, Outcome
from bot.capabilities.extract.gather import Gathered, gather
from bot.memory import drawing, settling
from bot.memory.decide import Doubtful, decide
from bot.memory.drawing import Notes
from bot.memory.learn import Found, Learned, Verdict
from bot.memory.settling import Doubt, Rulings
from bot.ports import ModelFailed
from config.dynamic import TIME_ZONE
from storage import memories
from storage.engines.base import Transaction
from storage.records import WorkItem


@dataclass(frozen=True, slots=True)
class Extract:
    """Draws memories from a conversation; stateless, and nobody waits for it."""

    name: str = "extract"
    silent: bool = True

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """What was learnt; raises ModelFailed, and then the same is read again by the queue's rules."""
        gathered = await desk.database.read(gather, item, desk.budget.history_tokens, desk.settings[TIME_ZONE])
        if gathered is None:
            return Outcome()
        asker = Asker(item, desk, desk.models[(item.attempts - 1) % len(desk.models)])
        read_at = desk.clock.now()
        found = await self._found(asker, gathered)
        return Outcome(
            learned=Learned(
                conversation_id=item.conversation_id,
                found=found,
                through_seq=gathered.through_seq,
                read_at=read_at,
                reread=gathered.reread,
                prompt_version=drawing.PROMPT_VERSION,
                model=asker.model.name,
                more=gathered.more,
            )
        )

    async def _found(self, asker: Asker, gathered: Gathered) -> tuple[Found, ...]:
        reading = gathered.reading
        if all(line.role == "persona" or not line.content.strip() for line in reading.lines) and not gathered.reread:
            return ()
        notes = await asker.ask(reading.persona, drawing.INSTRUCTIONS, drawing.payload(reading), Notes)
        found = drawing.found(notes, reading)
        doubts = await asker.desk.database.read(_doubts, asker.item.conversation_id, found)
        verdicts = await self._settled(asker, reading.persona, doubts) if doubts else {}
        return tuple(replace(one, verdict=verdicts.get(place)) for place, one in enumerate(found))

    async def _settled(self, asker: Asker, persona: str, doubts: Sequence[Doubt]) -> Mapping[int, Verdict]:
        """A model's verdicts; where it gives none, both stand, so a failure here loses nothing."""
        if not asker.can_ask(Rulings):
            return {}
        seen_at = asker.desk.clock.now()
        try:
            rulings = await asker.ask(persona, settling.INSTRUCTIONS, settling.payload(doubts), Rulings)
        except ModelFailed:
            return {}
        return settling.verdicts(rulings, doubts, seen_at)


def _doubts(tx: Transaction, conversation_id: str, found: Sequence[Found]) -> list[Doubt]:
    """The candidates that rules can't settle beside what is known now."""
    doubts = []
    for place, one in enumerate(found):
        if one.discard is None:
            near = memories.neighbours(tx, conversation_id, one.candidate.subject.key)
            decision = decide(one.candidate, [memory for memory in near if memory.state == "live"]).decision
            if isinstance(decision, Doubtful):
                doubts.append(Doubt(place, one, decision))
    return doubts
