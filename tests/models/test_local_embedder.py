"""The local embedder: its vectors are the model's own, and it says what is missing or damaged."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.models.local_embedder import LocalEmbedder, batches, weights_folder
from bot.ports import EmbedFailed, EmbedFault, Vector

REFERENCE = json.loads((Path(__file__).parent / "reference" / "minilm.json").read_text("utf-8"))


def cosine(one: Vector, other: list[float]) -> float:
    """Of unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.fixture
async def embedder() -> AsyncIterator[LocalEmbedder]:
    embedder = LocalEmbedder()
    yield embedder
    await embedder.close()


async def test_vectors_are_those_of_the_model_on_pytorch(embedder: LocalEmbedder) -> None:
    vectors = await embedder.embed(REFERENCE["texts"])

    for text, vector, wanted in zip(REFERENCE["texts"], vectors, REFERENCE["vectors"], strict=True):
        assert cosine(vector, wanted) >= 0.9999, text
        assert cosine(vector, list(vector)) == pytest.approx(1, abs=1e-5)


async def test_a_text_has_the_same_vector_alone_and_among_longer_ones(embedder: LocalEmbedder) -> None:
    [alone] = await embedder.embed(["my cat sleeps"])
    among = await embedder.embed(["a much longer text about nothing in particular " * 8, "my cat sleeps", "no"])

    assert cosine(alone, list(among[1])) >= 0.9999


async def test_what_cannot_be_written_as_utf8_is_embedded_all_the_same(embedder: LocalEmbedder) -> None:
    [vector] = await embedder.embed(["a lone \ud800 surrogate"])

    assert len(vector) == await embedder.open()


async def test_the_loop_goes_on_while_texts_are_embedded(embedder: LocalEmbedder) -> None:
    await embedder.open()
    turns = 0
    embedding = asyncio.create_task(embedder.embed(["some words to think about " * 20] * 6))

    while not embedding.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 10


async def test_weights_that_are_absent_are_said_to_be_missing_and_used_once_they_appear(tmp_path: Path) -> None:
    source = weights_folder()
    assert source is not None
    embedder = LocalEmbedder(tmp_path)

    with pytest.raises(EmbedFailed) as failed:
        await embedder.embed(["hello"])
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).symlink_to(source / name)
    found = await embedder.embed(["hello"])
    await embedder.close()

    assert failed.value.fault is EmbedFault.MISSING
    assert len(found) == 1


async def test_weights_that_changed_are_refused(tmp_path: Path) -> None:
    source = weights_folder()
    assert source is not None
    shutil.copy(source / "tokenizer.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes((source / "model.safetensors").read_bytes()[:-1] + b"x")
    embedder = LocalEmbedder(tmp_path)

    with pytest.raises(EmbedFailed) as failed:
        await embedder.open()
    await embedder.close()

    assert failed.value.fault is EmbedFault.DAMAGED


def test_batches_hold_every_text_once_and_few_tokens() -> None:
    lengths = [3, 250, 17, 256, 1, 40, 40, 256, 12, 256, 256]

    grouped = list(batches(lengths))

    assert sorted(at for batch in grouped for at in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[at] for at in batch) <= 1024 for batch in grouped)
