"""The bot as ``python -m bot`` runs it, in a process of its own, with discord.py pointed at a twin.

``python -m tests.several.child REST GATEWAY`` takes everything else from the environment.
"""

from __future__ import annotations

import asyncio
import os
import sys

from bot import app
from bot.house import World
from config.static import read_settings
from tests.twin.point import point_at


def main() -> None:
    """Be one of several until SIGTERM."""
    point_at(*sys.argv[1:3])
    world = World(discord_options={"guild_ready_timeout": 0.05}, identify_pause_s=0.2)
    asyncio.run(app.run(read_settings(os.environ), world))


if __name__ == "__main__":
    main()
