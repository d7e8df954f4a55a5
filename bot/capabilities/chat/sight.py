"""What a reply is made from: the conversation's end, the lorebook, what is remembered, what is recalled of the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.capabilities.base import Desk
from bot.capabilities.chat import lorebook, notes, recollection
from bot.capabilities.chat.briefing import Briefing
from bot.capabilities.chat.history import Window, cut
from bot.capabilities.chat.splitting import Splitter
from bot.memory.asking import asks, wants_all
from bot.memory.recall import Audience, Wondering
from bot.memory.reminding import Reminder, leading
from bot.memory.untold import untold
from bot.ports import Earlier
from config.dynamic import LORE_BUDGET, TIME_ZONE
from storage.lore import Entry
from storage.recall import Called


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a model reads for one reply beside its instructions.

    It is ``wide`` where each of something is asked for, and ``in_vain`` where nothing recalled seems to answer.
    """

    window: Window
    earlier: tuple[Earlier, ...]
    reminded: tuple[Reminder, ...]
    lore: tuple[Entry, ...] = ()
    wide: bool = False
    in_vain: bool = False


async def see(desk: Desk, briefing: Briefing, tokens: int, splitter: Splitter) -> Sight:
    """As much as fits; what is recalled of this conversation is only what the window leaves out."""
    wondering = _wondering(desk, briefing)
    lore = _lore(desk, briefing, tokens)
    left = tokens - lorebook.cost(lore)
    wide = wants_all(wondering.text)
    reminded = notes.fitting(await _reminders(desk, briefing, wondering), left, wide=wide)
    left -= notes.cost(reminded)
    whole = cut(briefing.history, left)
    if not whole.turns:
        return Sight(cut(briefing.history, tokens), (), ())
    if not whole.left_out and not briefing.more:
        return Sight(whole, (), reminded, lore, wide)
    share = recollection.share(left, wide=wide)
    window = cut(briefing.history, left - share)
    if not window.turns:
        return Sight(whole, (), reminded, lore, wide)
    audience = Audience(briefing.conversation.id, before_seq=window.first_seq)
    searches = await splitter.split(wondering.text, wondering.asker, wondering.persona)
    wondering = replace(wondering, notes=leading(reminded), searches=searches)
    found = await desk.memory.recollect(audience, wondering, recollection.MOST)
    recalled = recollection.fitting(found, share)
    in_vain = asks(wondering.text) and untold(found) and not any(map(notes.answers, reminded))
    return Sight(window, recollection.told(recalled), notes.beside(reminded, recalled), lore, wide, in_vain)


def _lore(desk: Desk, briefing: Briefing, tokens: int) -> tuple[Entry, ...]:
    """What the last messages bring up; of many that are answered at once, all are looked at."""
    last = briefing.history[-max(lorebook.LOOKED_AT, len(briefing.asked)) :]
    said = [message.content for message in last]
    return lorebook.fitting(briefing.lore, said, lorebook.allowed(desk.settings[LORE_BUDGET], tokens))


async def _reminders(desk: Desk, briefing: Briefing, wondering: Wondering) -> list[Reminder]:
    """The memories that those who read along may know."""
    if briefing.audience is None:
        return []
    speakers = {Called(message.name, message.person_id or "") for message in briefing.history}
    return await desk.memory.remind(briefing.audience, wondering, speakers, notes.MOST)


def _wondering(desk: Desk, briefing: Briefing) -> Wondering:
    asked = briefing.asked
    return Wondering(
        "\n".join(message.content for message in asked),
        asked[-1].name,
        briefing.persona.sheet.display_name,
        desk.clock.now(),
        desk.settings[TIME_ZONE],
        people=briefing.called,
        kin=briefing.kin,
    )
