"""The consolidate capability: a part of a scene's memories, gone through by rules and, in doubt, by a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.capabilities.asking import Asker
from bot.capabilities.base import Desk, Outcome
from bot.memory import settling
from bot.memory.consolidation import summing
from bot.memory.consolidation.doubts import asked, ruled
from bot.memory.consolidation.look import MOST, look
from bot.memory.consolidation.pairs import Pair
from bot.memory.consolidation.plan import Looked, plan
from bot.memory.consolidation.sittings import Sitting
from bot.memory.consolidation.steps import Step, Tidied
from bot.memory.consolidation.summing import Summary
from bot.memory.consolidation.terms import terms_of
from bot.memory.settling import Rulings
from bot.ports import ModelFailed
from storage.records import WorkItem

_MOST_SUMMED = 5  # in one part; the next one goes on


@dataclass(frozen=True, slots=True)
class Consolidate:
    """Tidies a scene's memories, ``most`` at a time; stateless, and nobody waits for it."""

    name: str = "consolidate"
    silent: bool = True
    most: int = MOST

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """What is to be done with this part; a model that fails leaves its doubts as they are."""
        now = desk.clock.now()
        terms = terms_of(desk.settings)
        looked = await desk.database.read(look, item.conversation_id, now, self.most)
        since: int | None = json.loads(item.payload).get("since")
        planned = plan(looked if since is None else replace(looked, ran_at=since), terms, now)
        asker = Asker(item, desk, desk.models[(item.attempts - 1) % len(desk.models)])
        summed = [await self._summed(asker, looked.persona, one, terms.zone) for one in planned.sittings[:_MOST_SUMMED]]
        settled = await self._settled(asker, looked, planned.doubts) if planned.doubts else ()
        return Outcome(
            tidied=Tidied(
                conversation_id=item.conversation_id,
                steps=(*planned.steps, *summed, *settled),
                began_at=looked.began_at,
                through=looked.through,
                more=looked.more and terms.on,
                since=since,
            )
        )

    async def _summed(self, asker: Asker, persona: str, sitting: Sitting, zone: tzinfo) -> Step:
        """By a model, as far as it keeps to what was told, else by rule."""
        if asker.can_ask(Summary):
            with suppress(ModelFailed):
                answer = await asker.ask(persona, summing.INSTRUCTIONS, summing.payload(sitting, zone), Summary)
                if text := summing.trusted(answer.summary, sitting, zone):
                    return summing.step(sitting, text, asker.model.name, zone)
        return summing.step(sitting, summing.by_rule(sitting), summing.BY_RULE, zone)

    async def _settled(self, asker: Asker, looked: Looked, doubts: Sequence[Pair]) -> Sequence[Step]:
        if not asker.can_ask(Rulings):
            return ()
        questions = asked(doubts)
        try:
            rulings = await asker.ask(looked.persona, settling.INSTRUCTIONS, settling.payload(questions), Rulings)
        except ModelFailed:
            return ()
        return ruled(settling.verdicts(rulings, questions, looked.began_at), questions, doubts)
