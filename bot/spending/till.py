"""Where a piece of work asks before each call of a model whether it may be made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Clock, Model
from bot.settings.snapshot import Snapshot
from bot.spending.budget import Admitted, Busy, Claim, Declined, Exhausted, Payer, admit, is_set, limits
from bot.spending.price import priced, total
from config import dynamic
from config.prices import Prices
from storage import conversations
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import ModelCall, WorkItem
from storage.spending import Spent

_MISJUDGED = 1.5  # a prompt is seldom longer than our estimate of it times this


@dataclass(frozen=True, slots=True)
class Wish:
    """A call about to be made: the tokens it reads by our estimate, and those it may write."""

    model: Model
    reads: int
    writes: int


@dataclass(slots=True)
class Till:
    """One for each try of a piece of work; ``used`` is whether it holds anything.

    With ``brought`` its calls are paid for by somebody who brought a key, and no budget of ours is touched.
    """

    database: Database
    settings: Snapshot
    prices: Prices
    models: tuple[Model, ...]
    item: WorkItem
    clock: Clock
    brought: bool = False
    used: bool = False

    async def afford(self, wish: Wish, calls: Sequence[ModelCall]) -> Model:
        """The model to call, a cheaper one when a budget is nearly spent; raises Declined.

        Without a budget it is a look at the settings and nothing more. ``calls`` are those made in this try.
        """
        if self.brought or not is_set(self.settings):
            return wish.model
        cheap = self._thrifty()
        now, most = self.clock.now(), self._most(wish, wish.model)
        asked = _Asked(
            most,
            self._most(wish, cheap) if cheap is not None else None,
            total(self.bill(calls)),
        )
        verdict = await self.database.write(_admitted, self.item, self.settings, asked, now)
        if not isinstance(verdict, Admitted):
            raise Declined(verdict)
        self.used = True
        return cheap if verdict.thrifty and cheap is not None else wish.model

    def bill(self, calls: Sequence[ModelCall]) -> tuple[ModelCall, ...]:
        """The calls with what they cost us, in what they read and wrote as ever."""
        return tuple(calls) if self.brought else tuple(priced(call, self.prices) for call in calls)

    def _thrifty(self) -> Model | None:
        names = self.settings[dynamic.THRIFTY_MODELS] or ()
        return next((model for name in names for model in self.models if model.name == name), None)

    def _most(self, wish: Wish, model: Model) -> Spent:
        reads = math.ceil(wish.reads * _MISJUDGED)
        return Spent(reads + wish.writes, self.prices.of(model.name).cost(reads, wish.writes))


@dataclass(frozen=True, slots=True)
class _Asked:
    most: Spent
    thrifty: Spent | None
    already: Spent


def _admitted(
    tx: Transaction, item: WorkItem, settings: Snapshot, asked: _Asked, now: int
) -> Admitted | Busy | Exhausted:
    claim = Claim(
        holder=item.id,
        limits=limits(settings, payer_of(tx, item), now),
        most=asked.most,
        thrifty=asked.thrifty,
        thrifty_at=settings[dynamic.THRIFTY_AT],
        already=asked.already,
        until=item.deadline_at or now,
    )
    return admit(tx, claim, now)


def payer_of(tx: Transaction, item: WorkItem) -> Payer:
    """For whom the item is."""
    scene = conversations.by_id(tx, item.conversation_id)
    assert scene is not None  # work rows refer to it
    return Payer(item.person_id or "", scene.platform, scene.guild_id)
