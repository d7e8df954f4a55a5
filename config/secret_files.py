"""Secrets in files: where ``NAME_FILE`` is set, that file holds ``NAME``; containers hand secrets over so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

SUFFIX = "_FILE"
_LONGEST = 65_536  # bytes; what is longer is no secret, and some files never end


class _Unusable(Exception):
    """Why a file holds no secret, without a word of what it holds."""


def file_names(secrets: Collection[str]) -> frozenset[str]:
    """The settings that name a file instead of giving the secret itself."""
    return frozenset(name + SUFFIX for name in secrets)


def opened(given: Mapping[str, str], secrets: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """The secrets that stand in files, by their own names, and a sentence for each that can't be used."""
    found: dict[str, str] = {}
    sentences: list[str] = []
    for name in secrets:
        path = given.get(name + SUFFIX)
        if path is None:
            continue
        if name in given:
            sentences.append(f"{name} and {name}{SUFFIX} are both set; take one of them away.")
            continue
        try:
            found[name] = _read(Path(path))
        except _Unusable as why:
            sentences.append(f"{name}{SUFFIX} names {path}, which {why}; put the secret there, on one line.")
    return found, sentences


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST).decode().strip()
    except (OSError, ValueError) as error:
        raise _Unusable(f"can't be read ({getattr(error, 'strerror', None) or 'not text'})") from None
    if not text:
        raise _Unusable("is empty")
    if any(not letter.isprintable() for letter in text):
        raise _Unusable("holds more than one line of text")
    return text
