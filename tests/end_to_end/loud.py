"""``python -m tests.end_to_end.loud TWIN GATEWAY``: the bot as people start it, on a twin, until SIGTERM."""

from __future__ import annotations

import asyncio
import os
import sys

from bot import app, telemetry
from bot.house import World
from config.static import read_settings
from tests.twin.point import pointed_at


def main() -> None:
    """Settings come from the environment, as ever."""
    world = World(stages=telemetry.log_stage, discord_options={"guild_ready_timeout": 0.05})
    with pointed_at(*sys.argv[1:3]):
        asyncio.run(app.run(read_settings(os.environ), world))


if __name__ == "__main__":
    main()
