"""A whole bot in a process of its own, which kills itself at the step it is told.

``python -m tests.crash.child --twin URL --gateway URL --model URL --database URL [--die-at STAGE] [--nth N]``
prints ``ready`` when it hears, and ends in order on SIGTERM. ``--die-at any`` counts every step.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from bot import telemetry
from bot.house import World
from tests.crash import PATIENT
from tests.end_to_end.troupe import start
from tests.fakes.model_server import ModelServer
from tests.twin import Twin
from tests.twin.point import pointed_at


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The twin and the model server of the test's process, as far as a bot needs to know them."""

    base_url: str
    gateway_url: str = ""

    def pointed(self) -> AbstractContextManager[None]:
        """Point discord.py there."""
        return pointed_at(self.base_url, self.gateway_url)


class Doomed:
    """Stages that end this process, without a last word, at the n-th step of that name."""

    def __init__(self, die_at: str, nth: int) -> None:
        self._die_at = die_at
        self._left = nth

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        """Count, and die when it is time."""
        if self._die_at in (stage, "any"):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def live(asked: argparse.Namespace) -> None:
    """Be a bot until SIGTERM, or until killed."""
    telemetry.configure("ERROR", colours=False)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    twin, model = Elsewhere(asked.twin, asked.gateway), Elsewhere(asked.model)
    world = World(stages=Doomed(asked.die_at, asked.nth), discord_options={"guild_ready_timeout": 0.05})
    with twin.pointed():
        bot = await start(cast(Twin, twin), cast(ModelServer, model), asked.database, world, PATIENT)
        print("ready", flush=True)
        await stopping.wait()
        await bot.stop()


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("--twin", "--gateway", "--model"):
        words.add_argument(name, required=True)
    words.add_argument("--database", required=True)
    words.add_argument("--die-at", default="")
    words.add_argument("--nth", type=int, default=1)
    asyncio.run(live(words.parse_args()))


if __name__ == "__main__":
    main()
