"""An embeddings server is asked in batches, asked again when it falters, and its faults are told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.models.openai_embedder import OpenAIEmbedder
from bot.ports import EmbedFailed, EmbedFault
from tests.fakes import model_script as script
from tests.fakes.model_script import Behaviour, Fails
from tests.fakes.model_server import ModelServer
from tests.fakes.tiny_embedder import DIMENSION, embedded
from tests.models.asking import KEY

FAULTS: dict[str, tuple[Behaviour, EmbedFault]] = {
    "a wrong key": (script.wrong_key(KEY), EmbedFault.REFUSED),
    "an unknown model": (script.unknown_model(), EmbedFault.REFUSED),
    "no credit": (script.out_of_credit(), EmbedFault.REFUSED),
    "an unknown complaint": (Fails(400), EmbedFault.REFUSED),
    "a page": (script.html(), EmbedFault.BROKEN),
    "no JSON": (script.malformed(), EmbedFault.BROKEN),
    "no vectors": (script.malformed('{"object": "list", "data": [], "model": "m"}'), EmbedFault.BROKEN),
    "a vector of nothing": (
        script.malformed('{"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[0,0]}]}'),
        EmbedFault.BROKEN,
    ),
}


@pytest.fixture
async def embedder(server: ModelServer) -> AsyncIterator[OpenAIEmbedder]:
    made = OpenAIEmbedder("fake-embed", server.base_url, KEY)
    yield made
    await made.close()


async def test_texts_come_back_in_their_order_as_unit_vectors(embedder: OpenAIEmbedder, server: ModelServer) -> None:
    texts = [f"text number {number}" for number in range(150)]

    vectors = await embedder.embed(texts)

    assert [list(vector) for vector in vectors] == [pytest.approx(list(embedded(text)), abs=1e-6) for text in texts]
    assert [len(call.body["input"]) for call in server.calls] == [64, 64, 22]


async def test_the_dimension_is_learned_once(embedder: OpenAIEmbedder, server: ModelServer) -> None:
    found = [await embedder.open(), await embedder.open()]

    assert found == [DIMENSION, DIMENSION]
    assert len(server.calls) == 1


async def test_a_server_that_falters_is_asked_again(embedder: OpenAIEmbedder, server: ModelServer) -> None:
    server.replies(script.server_error(), Fails(429))

    vectors = await embedder.embed(["hello"])

    assert len(vectors) == 1
    assert len(server.calls) == 3


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_told_without_the_key_or_the_text(
    name: str, embedder: OpenAIEmbedder, server: ModelServer
) -> None:
    behaviour, fault = FAULTS[name]
    server.replies(behaviour, behaviour, behaviour)

    with pytest.raises(EmbedFailed) as failed:
        await embedder.embed(["my secret text"])

    assert failed.value.fault is fault
    assert KEY not in str(failed.value) and "secret" not in str(failed.value)
    assert failed.value.__cause__ is None and failed.value.__context__ is None


async def test_a_server_that_is_not_there_is_unreachable(server: ModelServer) -> None:
    embedder = OpenAIEmbedder("fake-embed", "http://127.0.0.1:9/v1", KEY)

    with pytest.raises(EmbedFailed) as failed:
        await embedder.open()
    await embedder.close()

    assert failed.value.fault is EmbedFault.UNREACHABLE
