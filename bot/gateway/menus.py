"""What is ordered of one message by its menu: to ask a persona about it, or to have it remembered."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.commands import registry
from bot.commands.base import Answer, Office, Refused
from bot.gateway.normalise import Us, said
from bot.gateway.orders import answer, caller_of, moment_of
from bot.ports import Said

_LONGEST_QUESTION = 4000
_LONGEST_MEMORY = 300
_Interaction = discord.Interaction[Any]


class Home(Protocol):
    """What a menu needs of the client."""

    office: Office

    @property
    def us(self) -> Us:
        """Who we are."""
        ...


def menus(home: Home) -> tuple[app_commands.ContextMenu, ...]:
    """The entries that every message's menu has."""

    async def ask(interaction: _Interaction, message: discord.Message) -> None:
        await answer(interaction, partial(_asked, home, interaction, message), private=False)

    async def remember(interaction: _Interaction, message: discord.Message) -> None:
        await answer(interaction, partial(_remembered, home, interaction, message), private=True)

    return (
        app_commands.ContextMenu(name="Ask a persona", callback=ask),
        app_commands.ContextMenu(name="Remember this", callback=remember),
    )


async def _asked(home: Home, interaction: _Interaction, message: discord.Message) -> Answer:
    heard = _read(home, message)
    own = message.author.id == interaction.user.id
    words = heard.text if own else f"What do you say to this, which {heard.speaker.name} wrote?\n{_quoted(heard.text)}"
    given = {"message": words[:_LONGEST_QUESTION], "_id": str(interaction.id), "_at": str(moment_of(interaction))}
    given |= {"_teller_id": heard.speaker.platform_id, "_told_at": str(heard.said_at)}
    return await registry.run(home.office, caller_of(interaction), "chat", given)


async def _remembered(home: Home, interaction: _Interaction, message: discord.Message) -> Answer:
    heard = _read(home, message)
    given = {
        "text": heard.text[:_LONGEST_MEMORY],
        "_said_id": heard.client_message_id,
        "_teller": heard.speaker.name,
        "_teller_id": heard.speaker.platform_id,
        "_ours": "yes" if heard.speaker.is_ours else "",
        "_at": str(heard.said_at),
    }
    return await registry.run(home.office, caller_of(interaction), "memory add", given)


def _read(home: Home, message: discord.Message) -> Said:
    """Its words; raises Refused where there are none."""
    heard = said(message, home.us)
    if not heard.text:
        raise Refused("That message has no words I can read; pick one with text.")
    return heard


def _quoted(text: str) -> str:
    """Somebody else's words, marked so that they are nobody's who hands them on."""
    return "\n".join(f"> {line}" for line in text.splitlines())
