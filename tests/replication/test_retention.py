"""What the replica holds once retention has run: every moment back to the oldest kept snapshot, and nothing older."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from bot.replication.child import Child
from bot.replication.leash import Leash
from bot.replication.listing import SNAPSHOTS, Batch, listing
from bot.replication.target import CONFIGURATION
from tests.replication.copies import Place, note

KEPT_S = 6.0


def quicker(folder: Path) -> Path:
    """Our own file with seconds for days, so that its retention can be waited for."""
    text = CONFIGURATION.read_text("utf-8")
    text = text.replace("interval: 24h", "interval: 2s").replace('"${BACKUP_HOURS}h"', f"{KEPT_S:.0f}s")
    path = folder / "litestream.yml"
    path.write_text(text + "\nlevels:\n  - interval: 1s\nl0-retention: 2s\nl0-retention-check-interval: 1s\n", "utf-8")
    return path


async def test_snapshots_older_than_asked_are_gone_and_all_since_can_be_restored(place: Place) -> None:
    kept = await place.open()
    assert kept.replication is not None
    await kept.replication.stop()
    target = replace(place.target, configuration=quicker(place.folder))
    leash = Leash(place.database)
    await leash.take()
    child = Child(target, leash)
    await child.start()
    held: list[Batch] = []
    deadline = time.monotonic() + 40

    oldest = {"first": 0, "now": 0}
    while time.monotonic() < deadline and not 0 < oldest["first"] < oldest["now"]:
        await kept.database.write(note, 1)
        await asyncio.sleep(0.25)
        held = await listing(target)
        snapshots = [batch.last for batch in held if batch.level == SNAPSHOTS]
        oldest["now"] = min(snapshots, default=0)
        oldest["first"] = oldest["first"] or oldest["now"]

    await kept.database.close()
    await child.stop()
    kept.opened.release()
    newest_kept = max(batch.last for batch in held if batch.level == SNAPSHOTS)
    assert 0 < oldest["first"] < oldest["now"], "no snapshot was ever thrown away"
    assert newest_kept > oldest["now"], "more than one moment can be gone back to"
    assert await place.copied() > 0
