"""Forms as Discord shows them; one that comes back is known by its key, so it may be sent after any restart."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.commands.base import Form
from bot.commands.sheets import LABELS
from bot.ports import Button

AGAIN = "again:"
_MOST_KEPT = 100
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

    @property
    def text(self) -> str:
        """All that was written, for people to keep."""
        return "\n\n".join(f"{LABELS.get(key, key)}:\n{text}" for key, text in self.values.items())


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


@dataclass(slots=True)
class Unsent:
    """Forms nobody has sent well yet, kept for a while so that they can be opened instead of written anew."""

    _kept: OrderedDict[str, Sent] = field(default_factory=OrderedDict)

    def keep(self, name: str, form: Sent, label: str = "Open the form again") -> Button:
        """The button that opens it."""
        self._kept[name] = form
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return Button(f"{AGAIN}{name}", label)

    def again(self, key: str) -> Sent | None:
        """The form behind such a button's key, or None when it was too long ago."""
        return self._kept.get(key.removeprefix(AGAIN))
