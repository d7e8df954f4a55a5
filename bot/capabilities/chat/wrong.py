"""What is said to “that's wrong”: what is doubted from now on, or the question which of several is meant."""

from __future__ import annotations

from bot.capabilities.base import Reply
from bot.capabilities.chat.briefing import Briefing
from bot.personas.orders import ordering
from bot.ports import Button

_MOST = 5  # buttons of one row


def answer(briefing: Briefing) -> Reply | None:
    """A reply that needs no model, None where nothing was called wrong, or nothing that a reply had in mind."""
    if not briefing.questioned:
        return None
    asked = briefing.asked[-1]
    buttons: tuple[Button, ...] = ()
    footnote = ""
    if briefing.doubted:
        said = f"I doubt that from now on and bring it up less: “{briefing.doubted.statement}” What is right instead?"
        footnote = "/memory undo takes that back."
    else:
        shown = list(enumerate(briefing.questioned[:_MOST], start=1))
        said = "\n".join(["Which of these is wrong?", *(f"{number}. {one.statement}" for number, one in shown)])
        buttons = tuple(ordering(f"Wrong {number}", "memory wrong", one.id) for number, one in shown)
    return Reply(
        text=said,
        name=briefing.persona.sheet.display_name,
        footnote=footnote,
        buttons=buttons,
        answered=briefing.person.platform_id if briefing.person else "",
        reply_to=asked.client_message_id or "",
        reply_to_message=asked.id,
        voice_version_id=briefing.voice.id,
        house_version_id=briefing.house.id,
    )
