"""fastembed, where it is installed, embeds as its model does; where it is not, that is said in a sentence."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from random import Random

import pytest
from tokenizers import Tokenizer

from bot.models.choose_embedder import choose_embedder
from bot.models.fastembed_embedder import FastembedEmbedder, installed
from bot.models.local_embedder import weights_folder
from bot.ports import EmbedFailed, EmbedFault
from config.static import read_settings
from tests.models.tiny_onnx import lay_down

TINY, WORDS, WIDTH = "tests/tiny", 30_522, 6
needs_it = pytest.mark.skipif(not installed(), reason="fastembed is an extra")


async def failed(embedder: FastembedEmbedder) -> EmbedFault:
    """Why it can't be made ready."""
    with pytest.raises(EmbedFailed) as error:
        await embedder.open()
    await embedder.close()
    return error.value.fault


async def test_where_it_is_not_installed_it_says_what_to_run(tmp_path: Path) -> None:
    fault = await failed(FastembedEmbedder("any", tmp_path, package="no_such_package"))

    assert fault is EmbedFault.NOT_INSTALLED and "'.[fastembed]'" in fault.value


@pytest.mark.parametrize(
    ("setting", "name"),
    [("fastembed", "fastembed:BAAI/bge-small-en-v1.5"), ("fastembed:some/model", "fastembed:some/model")],
)
async def test_it_is_chosen_by_name_and_needs_no_server(setting: str, name: str) -> None:
    choice = choose_embedder(read_settings({"EMBEDDING_MODEL": setting}))

    assert choice.embedder is not None and choice.embedder.name == name
    assert ("by fastembed on this machine" if installed() else "fastembed is not installed") in choice.sentence
    await choice.embedder.close()


@needs_it
async def test_a_model_it_does_not_know_is_said_to_be_unknown(tmp_path: Path) -> None:
    assert await failed(FastembedEmbedder("no/such-model", tmp_path)) is EmbedFault.NO_SUCH_MODEL


@needs_it
async def test_vectors_are_those_of_the_model_one_for_each_text_and_of_length_one(tmp_path: Path) -> None:
    from fastembed import TextEmbedding  # type: ignore[import-not-found, unused-ignore]
    from fastembed.common.model_description import (  # type: ignore[import-not-found, unused-ignore]
        ModelSource,
        PoolingType,
    )

    random, texts = Random(1), ["my cat sleeps", "a \ud800 surrogate", "the boat is red " * 5]
    table = [[random.uniform(-1, 1) for _ in range(WIDTH)] for _ in range(WORDS)]
    lay_down(tmp_path, TINY, table)
    source = ModelSource(hf=TINY)
    TextEmbedding.add_custom_model(TINY, PoolingType.MEAN, False, source, WIDTH, model_file="model.onnx")
    embedder = FastembedEmbedder(TINY, tmp_path)

    vectors = await embedder.embed(texts)
    dimension = await embedder.open()
    await embedder.close()

    folder = weights_folder()
    assert folder is not None and dimension == WIDTH
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    for text, vector in zip(texts, vectors, strict=True):
        ids = tokenizer.encode(text.replace("\ud800", "?")).ids
        sums = [sum(table[one][at] for one in ids) for at in range(WIDTH)]
        length = sqrt(sum(number * number for number in sums))
        assert list(vector) == pytest.approx([number / length for number in sums], abs=1e-5)
