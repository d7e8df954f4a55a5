"""Proves once a week that the copy can be restored, and keeps what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from bot.ports import Clock
from storage import drills
from storage.database import Database
from storage.ids import Ids
from storage.records import Drill, Proof

_WEEK_MS = 7 * 86_400_000
_DAY_MS = 86_400_000
_log = structlog.get_logger()


def due(last: Drill | None, now: int) -> bool:
    """A week after one that passed, a day after one that failed, and where there was none yet."""
    return last is None or now - last.began_at >= (_WEEK_MS if last.passed else _DAY_MS)


async def drill_when_due(database: Database, prove: Callable[[], Awaitable[Proof]], ids: Ids, clock: Clock) -> None:
    """Drill if it is time; however many weeks were missed, once."""
    now = clock.now()
    if not due(await database.read(drills.last), now):
        return
    proof = await prove()
    outcome = "passed" if proof.passed else "failed"
    drill = Drill(ids.new("drl"), now, outcome, proof.rpo_ms, proof.rto_ms, proof.row_count, proof.sentence)
    await database.write(drills.add, drill)
    log = _log.info if proof.passed else _log.error
    log("drill", outcome=outcome, rpo_ms=proof.rpo_ms, rto_ms=proof.rto_ms, told=proof.sentence)
