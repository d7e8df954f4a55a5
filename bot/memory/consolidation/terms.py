"""The settings that say by what rules a scene is tidied."""

from __future__ import annotations

from bot.memory.consolidation.steps import Terms
from bot.settings.snapshot import Snapshot
from config import dynamic


def terms_of(settings: Snapshot) -> Terms:
    """The terms as these settings have them."""
    return Terms(
        on=settings[dynamic.CONSOLIDATION],
        half_life_days=settings[dynamic.MEMORY_HALF_LIFE],
        pause_hours=settings[dynamic.SESSION_PAUSE],
        card_tokens=settings[dynamic.CARD_TOKENS],
        zone=settings[dynamic.TIME_ZONE],
    )
