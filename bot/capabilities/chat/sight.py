"""What a reply is made from: the conversation's end, the lorebook, what is remembered, what is recalled of the rest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.capabilities.base import Desk
from bot.capabilities.chat import lorebook, notes, recollection
from bot.capabilities.chat.briefing import Briefing
from bot.capabilities.chat.history import Window, cut
from bot.memory.recall import Audience, Wondering
from bot.memory.reminding import Reminder
from bot.ports import Earlier
from config.dynamic import LORE_BUDGET, TIME_ZONE
from storage.lore import Entry


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a model reads for one reply beside its instructions."""

    window: Window
    earlier: tuple[Earlier, ...]
    reminded: tuple[Reminder, ...]
    lore: tuple[Entry, ...] = ()


async def see(desk: Desk, briefing: Briefing, tokens: int) -> Sight:
    """As much as fits; what is recalled of this conversation is only what the window leaves out."""
    wondering = _wondering(desk, briefing)
    lore = _lore(desk, briefing, tokens)
    left = tokens - lorebook.cost(lore)
    reminded = notes.fitting(await _reminders(desk, briefing, wondering), left)
    left -= notes.cost(reminded)
    whole = cut(briefing.history, left)
    if not whole.turns:
        return Sight(cut(briefing.history, tokens), (), ())
    if not whole.left_out and not briefing.more:
        return Sight(whole, (), reminded, lore)
    window = cut(briefing.history, left - recollection.share(left))
    if not window.turns:
        return Sight(whole, (), reminded, lore)
    audience = Audience(briefing.conversation.id, before_seq=window.first_seq)
    found = await desk.memory.recollect(audience, wondering, recollection.MOST)
    return Sight(window, recollection.told(found, recollection.share(left)), reminded, lore)


def _lore(desk: Desk, briefing: Briefing, tokens: int) -> tuple[Entry, ...]:
    """What the last messages bring up; of many that are answered at once, all are looked at."""
    last = briefing.history[-max(lorebook.LOOKED_AT, len(briefing.asked)) :]
    said = [message.content for message in last]
    return lorebook.fitting(briefing.lore, said, lorebook.allowed(desk.settings[LORE_BUDGET], tokens))


async def _reminders(desk: Desk, briefing: Briefing, wondering: Wondering) -> list[Reminder]:
    """The memories that those who read along may know."""
    if briefing.audience is None:
        return []
    names = {message.name for message in briefing.history}
    return await desk.memory.remind(briefing.audience, wondering, names, notes.MOST)


def _wondering(desk: Desk, briefing: Briefing) -> Wondering:
    asked = briefing.asked
    return Wondering(
        "\n".join(message.content for message in asked),
        asked[-1].name,
        briefing.persona.sheet.display_name,
        desk.clock.now(),
        desk.settings[TIME_ZONE],
    )
