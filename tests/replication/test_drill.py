"""The drill of a running bot: in a program of its own, with a proof of whatever came of it."""

from __future__ import annotations

from bot.replication.drill import Drilled, prove
from storage.engines.base import Transaction
from storage.engines.examine import Contents
from tests.replication.copies import Place, note
from tests.replication.test_restore import spoil_copy


async def test_a_drill_beside_a_running_bot_proves_the_copy_and_leaves_nothing(place: Place) -> None:
    kept, child = await place.opened()
    await kept.database.write(note, 12)
    await place.until_copied(12)
    left = place.folder / ".drill-left-by-one-that-was-killed"
    left.mkdir()

    proof = await prove(child.target)

    await kept.close()
    assert proof.passed, proof.sentence
    assert proof.rto_ms and proof.rpo_ms == 0 and proof.row_count and proof.row_count > 12
    assert list(place.folder.glob(".drill-*")) == []


async def test_a_drill_of_a_damaged_copy_fails_with_its_sentence(place: Place) -> None:
    kept, child = await place.opened()
    await kept.close()
    spoil_copy(place)

    proof = await prove(child.target)

    assert not proof.passed
    assert "Restoring from file://" in proof.sentence


async def test_a_drill_finds_an_index_of_words_that_disagrees_with_what_was_said(place: Place) -> None:
    kept, child = await place.opened()
    await kept.database.write(_stray)
    await kept.close()

    proof = await prove(child.target)

    assert not proof.passed
    assert "would not be found again by its words (passage_words" in proof.sentence


def _stray(tx: Transaction) -> None:
    tx.script("INSERT INTO passage_words (rowid, words) VALUES (1, 'of no message');")


async def test_a_drill_without_a_copy_fails_with_its_sentence(place: Place) -> None:
    proof = await prove(place.target)

    assert (proof.passed, proof.row_count) == (False, None)
    assert "holds no copy yet" in proof.sentence


def test_a_copy_that_is_minutes_behind_is_no_proof() -> None:
    ours, restored = Contents({"messages": 9}, newest_at=500_000), Contents({"messages": 7}, newest_at=100_000)

    proof = Drilled(1.5, restored, ours).proof()

    assert (proof.passed, proof.rpo_ms, proof.rto_ms, proof.row_count) == (False, 400_000, 1500, 7)
    assert "400 s behind" in proof.sentence
