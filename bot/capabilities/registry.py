"""Every capability by name."""

from __future__ import annotations

from collections.abc import Mapping

from bot.capabilities.alert.alert import Tell
from bot.capabilities.base import Capability
from bot.capabilities.chat.chat import Chat
from bot.capabilities.consolidate.consolidate import Consolidate
from bot.capabilities.extract.extract import Extract
from bot.capabilities.greet.greet import Greet
from bot.capabilities.pair.pair import Pair
from bot.capabilities.remember.remember import Remember
from bot.capabilities.unheard.unheard import Unheard


def registry() -> Mapping[str, Capability]:
    """What this bot can do."""
    capabilities: tuple[Capability, ...] = (
        Chat(),
        Greet(),
        Extract(),
        Remember(),
        Consolidate(),
        Unheard(),
        Pair(),
        Tell(),
    )
    return {capability.name: capability for capability in capabilities}
