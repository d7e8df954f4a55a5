"""What a reply is made from: the end of the conversation, what is remembered, and what is recalled of the rest."""

from __future__ import annotations

from dataclasses import dataclass

from bot.capabilities.base import Desk
from bot.capabilities.chat import notes, recollection
from bot.capabilities.chat.briefing import Briefing
from bot.capabilities.chat.history import Window, cut
from bot.memory.memory import Wondering
from bot.memory.recall import Audience
from bot.memory.reminding import Reminder
from bot.ports import Earlier
from storage import memories


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a model reads for one reply beside its instructions."""

    window: Window
    earlier: tuple[Earlier, ...]
    reminded: tuple[Reminder, ...]


async def see(desk: Desk, briefing: Briefing, tokens: int) -> Sight:
    """As much as fits; what is recalled of this conversation is only what the window leaves out."""
    wondering = _wondering(desk, briefing)
    reminded = notes.fitting(await _reminders(desk, briefing, wondering), tokens)
    left = tokens - notes.cost(reminded)
    whole = cut(briefing.history, left)
    if not whole.turns:
        return Sight(cut(briefing.history, tokens), (), ())
    if not whole.left_out and not briefing.more:
        return Sight(whole, (), reminded)
    window = cut(briefing.history, left - recollection.share(left))
    if not window.turns:
        return Sight(whole, (), reminded)
    audience = Audience(briefing.conversation.id, before_seq=window.first_seq)
    found = await desk.memory.recall(audience, wondering, recollection.MOST)
    return Sight(window, recollection.told(found, recollection.share(left)), reminded)


async def _reminders(desk: Desk, briefing: Briefing, wondering: Wondering) -> list[Reminder]:
    """The memories that those who read along may know."""
    audience = memories.Audience(briefing.conversation.id, briefing.person.id if briefing.person else "")
    names = {message.name for message in briefing.history}
    return await desk.memory.remind(audience, wondering, names, notes.MOST)


def _wondering(desk: Desk, briefing: Briefing) -> Wondering:
    asked = briefing.asked
    return Wondering(
        "\n".join(message.content for message in asked),
        asked[-1].name,
        briefing.persona.sheet.display_name,
        desk.clock.now(),
    )
