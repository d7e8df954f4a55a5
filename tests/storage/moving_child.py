"""``python -m tests.storage.moving_child FROM TO STEP``: moves as the command line does, and kills itself at a step."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from itertools import count

from storage.engines.driver import Bounds
from storage.moving import Move, move
from storage.opening import open_url


async def loose() -> Bounds:
    return Bounds(references=False)


async def live(source: str, target: str, step: int) -> None:
    """Move until that step was seen."""
    steps = count(1)

    def watch(doing: str, table: str, done: int, of: int) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    ours, theirs = await open_url(source, only=True), await open_url(target, loose, only=True)
    await move(Move(ours.database, theirs.database, lambda: 1, watch, page=7))


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2], int(sys.argv[3])))
