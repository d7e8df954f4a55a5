"""Under load the copy lacks at most what was written in the last second."""

from __future__ import annotations

import time

from tests.replication.copies import Place, note


async def test_a_litestream_killed_under_load_has_copied_all_but_the_last_second(place: Place) -> None:
    kept, _ = await place.opened()
    kept_at: list[float] = []
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        await kept.database.write(note, 1)
        kept_at.append(time.monotonic())

    place.kill_litestream()
    killed = time.monotonic()
    found = await place.copied()

    older = sum(at < killed - 1.5 for at in kept_at)
    assert found >= older > 0
    await kept.close()
