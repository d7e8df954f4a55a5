"""The index of what can be recalled: it follows its source in the transaction that changes the source."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

PLACES = 2**32  # places of a scope; the scope's number stands above them


@dataclass(frozen=True, slots=True)
class Source:
    """A text about to be found again: where it came from, in which scope, and at which place there."""

    scope_key: str
    place: int
    source_id: str
    words: str


def scope_of(number: int) -> int:
    """The scope a passage belongs to."""
    return number // PLACES


def add(tx: Transaction, source: Source) -> None:
    """Index it; a text of nothing but space is not."""
    if source.words.strip():
        number = _numbered(tx, source)
        tx.run("passages.add_words", number=number, words=source.words)


def forget(tx: Transaction, source_id: str) -> None:
    """Take it out of every index; must be called before its source changes."""
    number = tx.number("passages.number", source_id=source_id)
    if number is not None:
        tx.run("passages.forget_words", number=number)
        forget_meaning(tx, number)
        tx.run("passages.remove", number=number)


def forget_meaning(tx: Transaction, number: int) -> None:
    """Drop its vector."""
    tx.run("passages.forget_bits", number=number)
    tx.run("passages.forget_vector", number=number)


def rebuild(tx: Transaction) -> None:
    """Index everything anew in an index that holds nothing; vectors are made again by whoever embeds."""
    tx.run("passages.open_scopes")
    tx.run("passages.add_all")
    tx.run("passages.add_all_words")


def renew_words(tx: Transaction) -> None:
    """Index the words of every passage anew, whatever stands in the index."""
    tx.run("passages.renew_words")


def _numbered(tx: Transaction, source: Source) -> int:
    number = _added(tx, source)
    if number is None:
        tx.run("passages.open_scope", scope_key=source.scope_key)
        number = _added(tx, source)
    assert number is not None  # its scope is open now
    return number


def _added(tx: Transaction, source: Source) -> int | None:
    return tx.number("passages.add", scope_key=source.scope_key, place=source.place, source_id=source.source_id)
