"""A reply that comes: asked in the right form, piece by piece, and hung up on when nobody listens."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any, cast

import pytest

from bot.models.openai_chat import OpenAIModel
from bot.ports import ModelFault, Turn, Usage
from bot.text.tokens import estimate_tokens
from tests.fakes.model_script import Fails, Says, affords, out_of_credit, rejects, stalls
from tests.fakes.model_server import ModelServer
from tests.models.asking import KEY, ask, fail, question


async def test_pieces_arrive_as_they_are_sent_and_the_count_comes_last(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(Says("one two three", pieces=4))

    got = [one async for one in model.stream(question("hello"))]

    assert got[:-1] == ["one ", "two ", "thre", "e"]
    assert got[-1] == Usage(prompt_tokens=5, completion_tokens=3, measured=True)


async def test_the_first_piece_is_handed_on_before_the_second_is_sent(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(stalls("never finished", after=1))

    async with aclosing(cast(Any, model.stream(question()))) as stream:
        first = await anext(stream)

    assert first == "never"


async def test_the_request_carries_instructions_turns_key_and_limits(server: ModelServer, model: OpenAIModel) -> None:
    turns = (Turn("person", "Bob", "hi"), Turn("persona", "Maren", "Hello."), Turn("person", "Ann", "and me?"))

    await ask(model, question(turns=turns, temperature=0.5, max_tokens=77))

    call = server.calls[0]
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.body["messages"] == [
        {"role": "system", "content": "You are Maren."},
        {"role": "user", "content": "Bob: hi"},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Ann: and me?"},
    ]
    assert (call.body["model"], call.body["max_tokens"], call.body["temperature"]) == ("fake-chat", 77, 0.5)


async def test_a_server_without_a_count_gets_an_estimate(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(Says("four words of text", usage=False))

    _, usage = await ask(model, question("hello"))

    asked = estimate_tokens("You are Maren.") + estimate_tokens("Bob: hello")
    assert usage == Usage(asked, estimate_tokens("four words of text"), measured=False)


@pytest.mark.parametrize("parameter", ["stream_options", "temperature"])
async def test_an_option_the_server_rejects_is_left_out_from_then_on(
    server: ModelServer, model: OpenAIModel, parameter: str
) -> None:
    server.replies(rejects(parameter))

    text, _ = await ask(model, question("hello", temperature=1.0))
    await ask(model, question("again", temperature=1.0))

    assert text == "You said: Bob: hello"
    assert [parameter in call.body for call in server.calls] == [True, False, False]


async def test_a_model_that_wants_max_completion_tokens_gets_it(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(rejects("max_tokens is not supported; use max_completion_tokens"))

    await ask(model, question("hello", max_tokens=9))

    assert "max_tokens" not in server.calls[1].body
    assert server.calls[1].body["max_completion_tokens"] == 9


async def test_a_reply_ended_by_its_length_is_a_reply(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(Says("cut at the limit", finish="length"))

    text, _ = await ask(model, question())

    assert text == "cut at the limit"


async def test_a_whole_reply_stands_when_the_count_never_follows(server: ModelServer, model: OpenAIModel) -> None:
    last = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    server.replies(Says("all of it", pieces=1, extra=(last,), then="stall"))

    text, usage = await ask(model, question(stall_s=0.1))

    assert (text, usage.measured) == ("all of it", False)


async def test_a_consumer_that_stops_hangs_up_at_once(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(stalls())

    async with aclosing(cast(Any, model.stream(question()))) as stream:
        await anext(stream)

    await server.left()
    assert server.departed == 1


@pytest.mark.parametrize("pieces", [0, 1])
async def test_a_cancelled_consumer_hangs_up_at_once(server: ModelServer, model: OpenAIModel, pieces: int) -> None:
    server.replies(stalls(after=pieces))
    asking = asyncio.create_task(ask(model, question()))
    await server.called()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await server.left()
    assert server.departed == 1


async def test_the_connection_is_used_again(server: ModelServer, model: OpenAIModel) -> None:
    for number in range(3):
        await ask(model, question(f"hello {number}"))

    assert len({call.peer for call in server.calls}) == 1


async def test_many_at_once_each_get_their_own_answer(server: ModelServer, model: OpenAIModel) -> None:
    async with server.hold():
        asking = [asyncio.create_task(ask(model, question(f"number {number}"))) for number in range(20)]
        await server.called(20)

    got = [text for text, _ in await asyncio.gather(*asking)]

    assert got == [f"You said: Bob: number {number}" for number in range(20)]


async def test_the_gate_lets_streams_go_one_by_one(server: ModelServer, model: OpenAIModel) -> None:
    async with server.hold() as gate:
        asking = {asyncio.create_task(ask(model, question("hello"))) for _ in range(2)}
        await server.called(2)

        gate.release()
        done, waiting = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)

        assert (len(done), len(waiting)) == (1, 1)
    await asyncio.gather(*waiting)


async def test_a_nearly_empty_account_is_asked_once_more_for_what_it_still_pays_for(
    server: ModelServer, model: OpenAIModel
) -> None:
    server.replies(affords(222), "Briefly.")

    text, _ = await ask(model, question(max_tokens=1024))

    assert (text, [call.body["max_tokens"] for call in server.calls]) == ("Briefly.", [1024, 222])


@pytest.mark.parametrize(
    ("answers", "fields", "calls"),
    [
        ((affords(222), affords(111)), {}, 2),
        ((affords(3),), {}, 1),
        ((affords(4096),), {}, 1),
        ((out_of_credit(),), {}, 1),
        ((affords(222),), {"schema": {"title": "Notes", "type": "object"}}, 1),
    ],
    ids=["twice", "too little", "no less than was asked for", "nothing named", "JSON"],
)
async def test_an_empty_account_is_not_asked_again(
    server: ModelServer, model: OpenAIModel, answers: tuple[Fails, ...], fields: dict[str, Any], calls: int
) -> None:
    server.replies(*answers)

    failed = await fail(model, question(max_tokens=1024, **fields))

    assert (failed.fault, len(server.calls)) == (ModelFault.OUT_OF_CREDIT, calls)
