"""The ear: one event at a time, any number at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.bells import Bells
from bot.intake import accept as kept
from bot.intake import pairing, unheard
from bot.intake.accept import Accepted, Hand
from bot.intake.decide import Ignore, Rule, Verdict, decide
from bot.intake.familiar import Familiar
from bot.intake.gone import clear, forget_in, take_back_in
from bot.intake.proxied import Originals
from bot.intake.scene import for_adults
from bot.intake.scene import scene as scene_of
from bot.memory.owing import Patience
from bot.ports import Clock, Deleted, Edited, Event, Gone, Said, Stages
from bot.pump import hand_over
from bot.text.clean import clean
from storage import conversations, events, turns, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids

_Heard = list[tuple[Said, Verdict, Accepted | None]]  # in the order in which it was said; None for what is not ours


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
        self._originals = Originals()
        self._familiar = Familiar()

    async def hear(self, event: Event, *, move_cursor: bool = True) -> Accepted:
        """Keep what is ours to keep; when this returns, nothing of it can be lost."""
        match event:
            case Said():
                return await self._said(replace(event, text=clean(event.text)), move_cursor)
            case Edited():
                return await self._edited(replace(event, text=clean(event.text)))
            case Deleted():
                return await self._deleted(event)
            case Gone():
                return await self._gone(event)

    async def hear_all(self, page: Sequence[Said], *, move_cursor: bool = True) -> None:
        """Keep what was said in a breath, in its order; replies to a gap wait for ``end_reading``, but not for long."""
        await self._hear([replace(said, text=clean(said.text)) for said in page], move_cursor=move_cursor)

    async def end_reading(self, platform: str, channel_id: str) -> None:
        """A channel's gap has been read: now what was said in it is answered, a burst by one reply."""
        now = self._clock.now()
        if await self._database.write(work.wake_in, platform, channel_id, now + kept.HELD_MS, now):
            self._bells.work.ring()

    async def judge(self, said: Said) -> Verdict:
        """What would be decided about these words, and by which rule."""
        (verdict,) = await self._database.read(self._judged, [replace(said, text=clean(said.text))])
        return verdict

    def _looked(self, tx: Transaction, page: Sequence[Said]) -> tuple[list[Verdict], list[tuple[str, str]]]:
        """The verdicts, and the channels where a person spoke after bots were answered."""
        spoken = {(said.place.platform, said.place.channel_id) for said in page if not said.speaker.is_bot}
        return self._judged(tx, page), [where for where in spoken if turns.taken(tx, *where)]

    def _judged(self, tx: Transaction, page: Sequence[Said]) -> list[Verdict]:
        return [self._judge_one(tx, said) for said in page]

    def _judge_one(self, tx: Transaction, said: Said) -> Verdict:
        now, policy = self._clock.now(), self._policy
        verdict = decide(
            said, scene_of(tx, said, policy.default_persona, now), now=now, answer_age_ms=policy.answer_age_ms
        )
        if not isinstance(verdict, Ignore) and for_adults(tx, said.place, verdict.persona_id):
            return Ignore(Rule.ADULT)
        return verdict

    async def _said(self, said: Said, move_cursor: bool) -> Accepted:
        accepted = await self._hear([said], move_cursor=move_cursor)
        return accepted[0] if accepted else Accepted(first=False)

    async def _hear(self, page: Sequence[Said], *, move_cursor: bool) -> list[Accepted]:
        """One or two hops for a whole page; of what is not ours, only who may not be heard is returned, and last."""
        words = [self._tied(said) for said in page if not (said.speaker.is_ours or said.system)]
        if not words:
            return []
        hand = self._hand()  # of before anything is decided: who asks to be forgotten meanwhile is not kept
        for said in words:
            self._stages("heard", said.client_message_id)
        accepted: list[Accepted] = []
        unheard: list[Accepted] = []
        for said, verdict, one in await self._judged_and_kept(words, hand, move_cursor=move_cursor):
            self._stages("decided", said.client_message_id, rule=verdict.rule.name)
            self._familiar.learn(said, verdict)
            if one is not None:
                self._stages("accepted", said.client_message_id, work=one.work_id, rule=verdict.rule.name)
                accepted.append(one)
            elif verdict.rule is Rule.OPTED_OUT:
                unheard.append(Accepted(first=False, work_id=await self._tell_once(said), unheard=True))
            elif isinstance(verdict, Ignore) and verdict.rule is Rule.SHUT and verdict.detail == pairing.NEEDED:
                unheard.append(Accepted(first=False, work_id=await self._offer_code(said), unheard=True))
        if accepted:
            self._bells.passages.ring()
        return [*accepted, *unheard]

    async def _judged_and_kept(self, words: Sequence[Said], hand: Hand, *, move_cursor: bool) -> _Heard:
        """Most of what is said anywhere is none of ours, and must not reach the writer."""
        if not any(map(self._familiar.knows, words)):
            verdicts, counted = await self._database.read(self._looked, words)
            if not counted and all(isinstance(verdict, Ignore) for verdict in verdicts):
                return [(said, verdict, None) for said, verdict in zip(words, verdicts, strict=True)]
        most = len(words) + 1  # whoever has room for one more than there can be leaves nothing for others
        return await hand_over(
            self._database, self._bells.work, most, self._take_in, words, hand, move_cursor=move_cursor
        )

    def _take_in(self, tx: Transaction, words: Sequence[Said], hand: Hand, *, move_cursor: bool) -> _Heard:
        """Judge and keep a page, in the order in which it was said."""
        verdicts, counted = self._looked(tx, words)
        for platform, channel_id in counted:  # a person spoke, so bots that are listed may be answered again
            turns.begin_anew(tx, platform, channel_id)
        return [
            (said, one, None if isinstance(one, Ignore) else kept.accept(tx, said, one, hand, move_cursor=move_cursor))
            for said, one in zip(words, verdicts, strict=True)
        ]

    def _tied(self, said: Said) -> Said:
        """Words that a proxy says in a person's stead are that person's."""
        if said.speaker.proxy:
            return self._originals.owner_of(said, self._clock.now())
        if said.place.guild_id and not said.speaker.is_bot and not said.persona_id:
            self._originals.note(said, self._clock.now())
        return said

    async def _offer_code(self, said: Said) -> str:
        """Somebody who may not talk in direct messages yet is told a code, once a day; returns the work owed, or ''."""
        owed = await self._database.write(pairing.owe_code, said, self._policy.default_persona, self._hand())
        if owed:
            self._bells.work.ring()
        return owed

    async def _tell_once(self, said: Said) -> str:
        """Somebody who asked not to be heard speaks to a persona; the first time it says how to be heard again.

        Returns the work that owes the sentence, '' for none.
        """
        policy, now = self._policy, self._clock.now()
        persona_id = await self._database.read(
            unheard.addressed, said, policy.default_persona, now, policy.answer_age_ms
        )
        if not persona_id:
            return ""
        owed = await self._database.write(unheard.owe_way_back, said, persona_id, self._hand())
        if owed:
            self._bells.work.ring()
        return owed

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

    async def _gone(self, gone: Gone) -> Accepted:
        place, any_left = gone.place, False
        scenes = await self._database.read(conversations.under, place.platform, place.guild_id, place.channel_id)
        for scene in scenes:
            through: int | None = 0
            while through is not None:
                taken = await self._database.write(take_back_in, scene.id, through, gone.deleted_at, self._hand())
                through, any_left = taken.through_seq, any_left or taken.through_seq is not None
                for work_id in taken.stopped:
                    self._bells.stop(work_id, keep=False)
            while await self._database.write(forget_in, scene.id, self._hand()):
                any_left = True
        any_left = bool(await self._database.write(clear, place, scenes, self._hand())) or any_left
        if any_left:
            self._bells.outbox.ring()
            self._bells.work.ring()
        return Accepted(first=any_left)
