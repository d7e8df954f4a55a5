"""Names that are no setting, each with the one that was meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

PREFIX = "TROUPE_"
# Docker Compose reads the same file: what its own names begin with, and what compose.postgres.yaml asks for.
_COMPOSE = ("COMPOSE_", "DOCKER_")
_ASKED_BY_COMPOSE = frozenset({"POSTGRES_PASSWORD"})
_ALMOST = 0.9  # how alike a name of anybody's must be to one of ours to be called a slip


def unknown(from_file: Iterable[str], environ: Collection[str], names: Collection[str], file: str) -> list[str]:
    """A sentence for each name that can't be one of ``names``.

    The file is ours and Docker Compose's. The environment is everybody's: there a name is ours that begins as ours do,
    or that is all but one of ours while that one is not set, such as DISCORD_TOKN.
    """
    in_file = {*names, *_ASKED_BY_COMPOSE}
    of_file = [
        _sentence(name, in_file, file) for name in from_file if name not in in_file and not name.startswith(_COMPOSE)
    ]
    strange = [name for name in environ if name not in names]
    given = {*from_file, *environ}
    slips = [name for name in strange if name.startswith(PREFIX) or set(_like(name, names, _ALMOST)) - given]
    return of_file + [_sentence(name, names, "the environment") for name in slips]


def _like(name: str, names: Collection[str], cutoff: float) -> list[str]:
    return difflib.get_close_matches(name, names, n=1, cutoff=cutoff)


def _sentence(name: str, known: Collection[str], where: str) -> str:
    close = _like(name, known, 0.6)
    hint = f"did you mean {close[0]}?" if close else "take it away, or see docs/settings.md."
    return f"{name} in {where} is not a setting; {hint}"
