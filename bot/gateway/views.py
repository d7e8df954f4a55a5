"""Buttons and forms as Discord shows them; a press is found by its key, so it works after any restart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import discord

from bot.ports import Button

_ROWS = 5  # Discord shows no more


@runtime_checkable
class TakesPresses(Protocol):
    """A client that answers a press of a button by its key."""

    async def press(self, interaction: discord.Interaction[Any], key: str, label: str) -> None: ...


class KeyButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"(?P<key>[a-z]+:.{1,90})"):
    """A button whose custom id is its key; a press goes to the client, which must be able to take it."""

    def __init__(self, key: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label[:80], custom_id=key, style=discord.ButtonStyle.secondary))
        self.key = key
        self.label = label

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> KeyButton:
        """The button as it comes back with a press."""
        return cls(match["key"], getattr(item, "label", None) or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client."""
        client = interaction.client
        assert isinstance(client, TakesPresses)  # only a client that can take them shows buttons
        await client.press(interaction, self.key, self.label)


def buttons_view(buttons: Sequence[Button]) -> discord.ui.View | None:
    """The buttons in their rows, else two in a row, since starters are sentences; None for none."""
    if not buttons:
        return None
    view = discord.ui.View(timeout=None)
    for number, button in enumerate(buttons):
        row = number // 2 if button.row is None else button.row
        if row < _ROWS:
            item = KeyButton(button.key, button.label)
            item.item.row = row
            view.add_item(item)
    return view
