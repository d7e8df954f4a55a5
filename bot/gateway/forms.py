"""Forms as Discord shows them; one that comes back is known by its key, so it may be sent after any restart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.commands import sheets
from bot.commands.base import Form, Refused
from bot.gateway.faults import FAILURES
from bot.ports import Button

AGAIN = "again:"
_MOST_PARTS = 5  # of a form, Discord says


class FormModal(discord.ui.Modal):
    """A form on the screen; what is sent comes back to the client's ``on_interaction``."""

    def __init__(self, form: Form, note: str) -> None:
        super().__init__(title=form.title[:45], custom_id=form.key, timeout=None)
        if note and len(form.fields) < _MOST_PARTS:
            self.add_item(discord.ui.TextDisplay(note))
        for one in form.fields:
            item: discord.ui.TextInput[FormModal] = discord.ui.TextInput(
                style=discord.TextStyle.paragraph if one.long else discord.TextStyle.short,
                default=one.value or None,
                required=one.required,
                max_length=min(one.longest, 4000),
                custom_id=one.key,
            )
            self.add_item(discord.ui.Label(text=one.label[:45], description=one.hint or None, component=item))


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that a person sent: its key, and what they wrote."""

    key: str
    values: Mapping[str, str]


def sent(interaction: discord.Interaction[Any]) -> Sent:
    """What a submitted form says, however long ago it was opened."""
    given: Mapping[str, Any] = interaction.data or {}
    return Sent(str(given.get("custom_id", "")), dict(_typed(given.get("components", ()))))


def _typed(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for one in components:
        if "value" in one:
            yield str(one["custom_id"]), str(one["value"] or "")
        yield from _typed(one.get("components", ()))
        if "component" in one:
            yield from _typed((one["component"],))


def opener(form_key: str, label: str) -> Button:
    """The button that opens a form as it was filled in; the file beside it says how, so no process needs to know."""
    return Button(f"{AGAIN}{form_key}", label)


async def filled_in(interaction: discord.Interaction[Any], key: str) -> Sent:
    """The form behind such a button's key, by the file beside it; raises Refused."""
    message = interaction.message
    file = next(iter(message.attachments), None) if message is not None else None
    try:
        values = sheets.of_file((await file.read()).decode()) if file is not None else {}
    except (*FAILURES, UnicodeDecodeError) as error:
        raise Refused("I can't read the file above just now; please press again in a moment.") from error
    if not values:
        raise Refused("The file with your words is gone, so that form can't be opened; please order it again.")
    return Sent(key.removeprefix(AGAIN), values)
