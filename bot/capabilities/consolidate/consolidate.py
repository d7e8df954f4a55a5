"""The consolidate capability: a part of a scene's memories, gone through by rules and, in doubt, by a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.capabilities.asking import Asker
from bot.capabilities.base import Desk, Outcome
from bot.memory import settling
from bot.memory.consolidation.doubts import asked, ruled
from bot.memory.consolidation.look import MOST, look
from bot.memory.consolidation.pairs import Pair
from bot.memory.consolidation.plan import Looked, plan
from bot.memory.consolidation.steps import Step, Terms, Tidied
from bot.memory.settling import Rulings
from bot.ports import ModelFailed
from config import dynamic
from storage.records import WorkItem


@dataclass(frozen=True, slots=True)
class Consolidate:
    """Tidies a scene's memories, ``most`` at a time; stateless, and nobody waits for it."""

    name: str = "consolidate"
    silent: bool = True
    most: int = MOST

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """What is to be done with this part; a model that fails leaves its doubts as they are."""
        now = desk.clock.now()
        terms = Terms(desk.settings[dynamic.CONSOLIDATION], desk.settings[dynamic.MEMORY_HALF_LIFE])
        looked = await desk.database.read(look, item.conversation_id, now, self.most)
        since: int | None = json.loads(item.payload).get("since")
        planned = plan(looked if since is None else replace(looked, ran_at=since), terms, now)
        settled = await self._settled(item, desk, looked, planned.doubts) if planned.doubts else ()
        return Outcome(
            tidied=Tidied(
                conversation_id=item.conversation_id,
                steps=(*planned.steps, *settled),
                began_at=looked.began_at,
                through=looked.through,
                more=looked.more and terms.on,
                since=since,
            )
        )

    async def _settled(self, item: WorkItem, desk: Desk, looked: Looked, doubts: Sequence[Pair]) -> Sequence[Step]:
        asker = Asker(item, desk, desk.models[(item.attempts - 1) % len(desk.models)])
        questions = asked(doubts)
        try:
            rulings = await asker.ask(looked.persona, settling.INSTRUCTIONS, settling.payload(questions), Rulings)
        except ModelFailed:
            return ()
        return ruled(settling.verdicts(rulings, questions, looked.began_at), questions, doubts)
