"""Points discord.py at a twin, for this process or for a child process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def point_at(base_url: str, gateway_url: str) -> None:
    """Send all REST, gateway and CDN traffic of discord.py to the given addresses from now on."""
    Route.BASE = base_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    cast(Any, discord.Asset).BASE = str(yarl.URL(base_url).with_path("/cdn"))


@contextmanager
def pointed_at(base_url: str, gateway_url: str) -> Iterator[None]:
    """Send the traffic to the given addresses and restore the real ones afterwards."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    point_at(base_url, gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, cast(Any, discord.Asset).BASE = before
