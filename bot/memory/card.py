"""The card of a person in a scene: the few stable things that are always in mind, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.memory.mending import DOUBTED
from bot.text.tokens import estimate_tokens
from storage import cards, memories
from storage.engines.base import Transaction
from storage.memories import Audience, Memory

OLD_MS = 30 * 86_400_000  # after which what nobody took back is taken for stable
WEIGHTY = 8  # as important as this it needs no confirmation
STRONG = 7  # a preference or a wish that matters less, and was told once, is no part of a card
_FRAME = 14  # tokens of a date and the marks around a memory
_SLOTS = (
    ("name", "age", "origin", "birthday", "pronouns"),
    ("home",),
    ("work", "employer", "study"),
)
_FAMILY, _HEALTH, _WISHES, _TASTES = 3, 4, 5, 6


def slot(memory: Memory) -> int | None:
    """Its place on a card, the first is 0; None for what belongs on none."""
    if memory.subject_kind != "person" or memory.teller_id != memory.subject_key:
        return None
    topic = memory.topic.partition(":")[0]
    if memory.kind == "identity":
        return 0
    for place, topics in enumerate(_SLOTS):
        if topic in topics:
            return place
    if topic == "allergy":
        return _HEALTH
    return {"relation": _FAMILY, "instruction": _WISHES, "preference": _TASTES}.get(memory.kind)


def confirmed(memory: Memory, retold: Collection[str], now: int) -> str:
    """What makes it stable enough for a card, '' where nothing does yet."""
    if memory.confidence <= DOUBTED or memory.expires_at is not None:
        return ""
    if memory.id in retold:
        return "it was told more than once"
    if memory.kind in ("preference", "instruction") and memory.importance < STRONG:
        return ""
    if memory.importance >= WEIGHTY:
        return "it matters much"
    return "it has held for a month or more" if now - memory.said_at >= OLD_MS else ""


def card(tx: Transaction, audience: Audience) -> list[Memory]:
    """The card of the person asking, as far as this audience may know it; what is pinned is in mind anyway."""
    keys = cards.card(tx, audience.conversation_id, audience.person_id) if audience.person_id else []
    found = (memories.reached(tx, one, audience) for one in keys)
    return _ordered(memory for memory in found if memory is not None and not memory.pinned)


def _ordered(found: Iterable[Memory]) -> list[Memory]:
    """As they stand on a card, whatever else is there."""
    return sorted(found, key=lambda one: (slot(one) or 0, one.said_at, one.id))


def chosen(held: Sequence[Memory], retold: Collection[str], now: int, tokens: int) -> dict[str, str]:
    """Which of a person's memories make their card of so many tokens, by id with the reason.

    What is on it already goes first.
    """
    fit = [
        (one, place, why) for one in held if (place := slot(one)) is not None and (why := confirmed(one, retold, now))
    ]
    fit.sort(key=lambda found: (found[1], -found[0].core, -found[0].importance, found[0].said_at, found[0].id))
    left, taken = tokens, dict[str, str]()
    for one, _, why in fit:
        takes = estimate_tokens(one.statement) + _FRAME
        if not one.pinned and takes <= left:
            left -= takes
            taken[one.id] = why
    return taken
