"""Renders the system prompt from the house rules and a persona's voice, limits and examples."""

from __future__ import annotations

from storage.records import Sheet

_LENGTHS = {
    "short": "Keep it short: one to three sentences, whatever the question.",
    "long": "Take the room the subject needs; several paragraphs are welcome.",
}


def render(house: str, voice: str, sheet: Sheet) -> str:
    """The instructions for one reply; the same words for the same versions, so that a provider's cache hits."""
    limits = "\n".join(f"- {limit}" for limit in sheet.limits) or "- nothing beyond the rules above"
    filled = house.replace("{name}", sheet.display_name).replace("{limits}", limits).replace("{voice}", voice.strip())
    if not sheet.examples:
        return filled.strip()
    pairs = "\n\n".join(f"Somebody: {person}\n{sheet.display_name}: {reply}" for person, reply in sheet.examples)
    return f"{filled.strip()}\n\nThis is how you sound:\n{pairs}"


def with_wishes(instructions: str, language: str | None, length: str) -> str:
    """The instructions with what was set about replies here at their end, where it changes no cached beginning."""
    wishes = [f"Write in {language}, whatever language you are addressed in."] if language else []
    wishes += [_LENGTHS[length]] if length in _LENGTHS else []
    if not wishes:
        return instructions
    return "\n".join([instructions, "", "For this reply, before all that was said above:", *(f"- {w}" for w in wishes)])
