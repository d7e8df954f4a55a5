"""The ear: one event at a time, any number at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.bells import Bells
from bot.intake import accept as kept
from bot.intake import unheard
from bot.intake.accept import Accepted, Hand
from bot.intake.decide import Ignore, Rule, Verdict, decide
from bot.memory.owing import Patience
from bot.ports import Clock, Deleted, Edited, Event, Said, Stages
from bot.text.clean import clean
from storage import events
from storage.database import Database
from storage.ids import Ids


@dataclass(frozen=True, slots=True)
class Policy:
    """Who answers by default, how old (milliseconds) what is found after a gap may be, and when memories are drawn."""

    default_persona: str
    answer_age_ms: int
    patience: Patience


class Intake:
    """Hears events from every platform; safe to hear one twice, at once or in any order."""

    def __init__(
        self, database: Database, bells: Bells, policy: Policy, clock: Clock, ids: Ids, stages: Stages
    ) -> None:
        self._database = database
        self._bells = bells
        self._policy = policy
        self._clock = clock
        self._ids = ids
        self._stages = stages

    async def hear(self, event: Event, *, move_cursor: bool = True) -> Accepted:
        """Keep what is ours to keep; when this returns, nothing of it can be lost."""
        match event:
            case Said():
                return await self._said(replace(event, text=clean(event.text)), move_cursor)
            case Edited():
                return await self._edited(replace(event, text=clean(event.text)))
            case Deleted():
                return await self._deleted(event)

    async def judge(self, said: Said) -> Verdict:
        """What would be decided about these words, and by which rule."""
        cleaned = replace(said, text=clean(said.text))
        scene = await self._database.read(kept.scene, cleaned, self._policy.default_persona)
        return decide(cleaned, scene, now=self._clock.now(), answer_age_ms=self._policy.answer_age_ms)

    async def _said(self, said: Said, move_cursor: bool) -> Accepted:
        if said.speaker.is_ours or said.speaker.is_bot or said.system:
            return Accepted(first=False)
        self._stages("heard", said.client_message_id)
        verdict = await self.judge(said)
        self._stages("decided", said.client_message_id, rule=verdict.rule.name)
        if isinstance(verdict, Ignore):
            if verdict.rule is Rule.OPTED_OUT:
                await self._tell_once(said)
            return Accepted(first=False)
        accepted = await self._database.write(kept.accept, said, verdict, self._hand(), move_cursor=move_cursor)
        self._stages("accepted", said.client_message_id, work=accepted.work_id, rule=verdict.rule.name)
        self._bells.passages.ring()
        if accepted.first:
            self._bells.work.ring()
        return accepted

    async def _tell_once(self, said: Said) -> None:
        """Somebody who asked not to be heard speaks to a persona; the first time it says how to be heard again."""
        policy, now = self._policy, self._clock.now()
        persona_id = await self._database.read(
            unheard.addressed, said, policy.default_persona, now, policy.answer_age_ms
        )
        if persona_id and await self._database.write(unheard.owe_note, said, persona_id, self._hand()):
            self._bells.work.ring()

    def _hand(self) -> Hand:
        return Hand(self._ids, self._clock.now(), self._policy.patience)

    async def _edited(self, edited: Edited) -> Accepted:
        if not await self._known(edited):
            return Accepted(first=False)
        revised = await self._database.write(kept.revise, edited, self._hand())
        self._bells.passages.ring()
        if revised:
            self._bells.work.ring()
        return Accepted(first=revised)

    async def _known(self, event: Edited | Deleted) -> bool:
        """Most messages of a platform are none of ours; they must not reach the writer."""
        found = await self._database.read(events.find, event.place.platform, event.client_message_id)
        return found is not None

    async def _deleted(self, deleted: Deleted) -> Accepted:
        if not await self._known(deleted):
            return Accepted(first=False)
        accepted = await self._database.write(kept.take_back, deleted, self._hand())
        if accepted.stop:
            self._bells.stop(accepted.work_id, keep=False)
        if accepted.first:
            self._bells.outbox.ring()
            self._bells.work.ring()
        return accepted
