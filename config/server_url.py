"""Reads the URL of a Postgres server."""

from __future__ import annotations

_SCHEMES = ("postgresql://", "postgres://")


def server(url: str) -> dict[str, str]:
    """What a Postgres URL says, by libpq's names; empty when it is none."""
    if not url.startswith(_SCHEMES):
        return {}
    from psycopg import ProgrammingError  # a start on a file need not wait for it
    from psycopg.conninfo import conninfo_to_dict

    try:
        known = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:  # its words may hold a piece of the password
        return {}
    shown = known.get("host", "") + known.get("dbname", "")
    unclear = "@" in shown or not known.get("port", "0").replace(",", "").isdigit()  # a password with a / or an @
    return {} if unclear else known
