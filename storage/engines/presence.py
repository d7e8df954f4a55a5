"""Who is at work on a Postgres database: many processes together, or one that keeps all others away."""

from __future__ import annotations

from typing import Any

import psycopg

from storage.errors import DatabaseTaken

# Held by a session to its end, so that nobody who was killed or lost stays in the way.
_ONLY = """
SET lock_timeout = '3s';
SELECT pg_advisory_lock(hashtext('troupe at work'), hashtext(current_schema()));
RESET lock_timeout
"""
_TOGETHER = """
SET lock_timeout = '3s';
SELECT pg_advisory_lock_shared(hashtext('troupe at work'), hashtext(current_schema())),
       pg_advisory_lock_shared(hashtext('troupe process'), {process});
RESET lock_timeout
"""


def join(session: psycopg.Connection[Any], process: int) -> None:
    """Be there, with others, while this session lasts; raises DatabaseTaken while one keeps it for itself."""
    _take(session, _TOGETHER.format(process=process), "This Postgres database is just being moved; wait for its end.")


def keep_alone(session: psycopg.Connection[Any]) -> None:
    """Keep all others away while this session lasts; raises DatabaseTaken while any are at work there."""
    _take(session, _ONLY, "A Troupe is running on this Postgres database; stop all its processes first.")


def _take(session: psycopg.Connection[Any], lock: str, otherwise: str) -> None:
    try:
        session.execute(lock.encode())
    except psycopg.errors.LockNotAvailable as error:
        raise DatabaseTaken(otherwise) from error
