"""What may change while the bot runs: who changed what, where and why, and what is in force."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

ORDER = ("conversation", "user", "channel", "channel", "guild", "global")  # nearest first; a thread, then its channel
PARENT = 3
GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything a value may be set for that bears on one person in one place; ids are '' where there is none."""

    platform: str
    conversation_id: str = ""
    person: str = ""
    channel_id: str = ""
    parent_id: str = ""
    guild_id: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """As kept, in the order of ORDER; '' where there is none."""
        subjects = (self.conversation_id, self.person, self.channel_id, self.parent_id, self.guild_id)
        near = zip(ORDER, subjects, strict=False)
        return (*(f"{level}:{self.platform}:{subject}" if subject else "" for level, subject in near), GLOBAL)

    def scope(self, level: str) -> str:
        """Where a value of that level is kept; in a thread the thread's own."""
        return self.scopes[ORDER.index(level)]


@dataclass(frozen=True, slots=True)
class Wish:
    """A value for one scope, None to have none there any more; who wants it, and why."""

    scope: str
    name: str
    value: str | None
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a setting, where, when and why; a value is None where none was set."""

    generation: int
    scope: str
    name: str
    old_value: str | None
    new_value: str | None
    changed_by: str
    reason: str
    changed_at: int


def generation(tx: Transaction) -> int:
    """How many changes there were."""
    return tx.number("settings.generation") or 0


def change(tx: Transaction, wish: Wish, now: int) -> Change | None:
    """Make it so and keep the record of it; None when it is so already, and then the caller must raise."""
    number = tx.number("settings.next_generation")  # first, because it lets one change follow the other
    assert number is not None  # an upsert with RETURNING always gives the row
    old = tx.text("settings.value", scope=wish.scope, name=wish.name)
    if old == wish.value:
        return None
    made = Change(number, wish.scope, wish.name, old, wish.value, wish.by, wish.reason, now)
    tx.run(
        "settings.add",
        generation=made.generation,
        scope=made.scope,
        name=made.name,
        old_value=made.old_value,
        new_value=made.new_value,
        changed_by=made.changed_by,
        reason=made.reason,
        changed_at=made.changed_at,
    )
    return made


def in_force(tx: Transaction, reach: Reach, upto: int) -> list[Change]:
    """The changes whose values held within reach at that generation."""
    return tx.all(Change, "settings.in_force", **_scopes(reach), generation=upto)


def history(tx: Transaction, reach: Reach, name: str = "", most: int = 20) -> list[Change]:
    """The newest changes within reach, of one setting or of all."""
    return tx.all(Change, "settings.history", **_scopes(reach), name=name, most=most)


def _scopes(reach: Reach) -> dict[str, str]:
    names = ("conversation", "person", "channel", "parent", "guild", "everywhere")
    return dict(zip(names, reach.scopes, strict=True))
