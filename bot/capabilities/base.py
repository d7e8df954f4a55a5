"""What a capability is, what it works with, and the outcome it hands back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.memory.consolidation.steps import Tidied
from bot.memory.learn import Learned
from bot.memory.memory import Memory
from bot.memory.reminding import Reminder
from bot.memory.wording import Worded
from bot.ports import Button, Clock, Draft, Growing, Live, Model
from bot.settings.snapshot import Snapshot
from bot.spending.till import Till
from storage.database import Database
from storage.ids import Ids
from storage.records import ModelCall, WorkItem


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a model reads and writes, in tokens, and how long a call may take, in seconds."""

    history_tokens: int
    reply_tokens: int
    first_token_s: float
    stall_s: float
    call_s: float


@dataclass(frozen=True, slots=True)
class Reply:
    """What a persona says: ``footnote`` is shown below it and is no part of the conversation.

    ``reminded`` is what it had in mind, in the order the model read it, and ``explained`` whether people are offered
    a button that shows it. ``whole`` is False for a reply that was cut short. ``answered`` and ``reply_to`` are the
    platform's ids of the person and the message answered.
    """

    text: str
    name: str
    footnote: str = ""
    buttons: tuple[Button, ...] = ()
    answered: str = ""
    reply_to: str = ""
    reply_to_message: str | None = None
    voice_version_id: str | None = None
    house_version_id: str | None = None
    history_cut: bool = False
    whole: bool = True
    reminded: tuple[Reminder, ...] = ()
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything a capability wants kept: a reply, a notice that enters no history, what was learnt, tidied or worded.

    ``buttons`` stand below the notice; a reply has its own.

    ``not_before`` (milliseconds) says that nothing was done, because it is to be begun then; a notice that comes with
    it is said once, and the reply takes its place.
    """

    reply: Reply | None = None
    notice: str = ""
    answered: str = ""
    reply_to: str = ""
    not_before: int | None = None
    learned: Learned | None = None
    tidied: Tidied | None = None
    worded: Worded | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(slots=True)
class Desk:
    """What a capability works with; it lives as long as one try of one work item.

    ``settings`` are those the item began with, which ``models`` and ``budget`` follow already.
    """

    database: Database
    memory: Memory
    settings: Snapshot
    models: tuple[Model, ...]
    budget: Budget
    clock: Clock
    ids: Ids
    live: Live
    till: Till
    held: Callable[[], bool]
    stage: Callable[[str], None]
    draft: Draft | None = None
    calls: list[ModelCall] = field(default_factory=list)
    unfinished: Reply | None = None

    def grow(self, growing: Growing) -> Draft:
        """Open the draft in which people watch the reply grow."""
        self.draft = self.live.open(growing, self.held)
        return self.draft


class Capability(Protocol):
    """Something the bot can do."""

    @property
    def name(self) -> str:
        """As kept in ``work.capability``."""
        ...

    @property
    def silent(self) -> bool:
        """Whether nobody waits for it, so that nobody is told when it fails."""
        ...

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """Do it; raises ModelFailed, or Declined by a budget, and may be cancelled at any await."""
        ...
