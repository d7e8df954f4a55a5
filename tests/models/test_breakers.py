"""A model that keeps failing by its own fault rests, and one call alone finds out whether it works again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

import pytest

from bot.breakers import FAILURES, REST_MS, Breakers
from bot.models.openai_chat import OpenAIModel
from bot.ports import Model, ModelFault, Question, Usage
from tests.fakes.model_script import affords, rate_limited, refuses, server_error, too_long, wrong_key
from tests.fakes.model_server import ModelServer
from tests.models.asking import ask, fail, question
from tests.work.conftest import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def breakers(clock: HandClock) -> Breakers:
    return Breakers(clock)


async def wear_out(server: ModelServer, guarded: Model, times: int = FAILURES) -> None:
    server.replies(*(server_error() for _ in range(times)))
    for _ in range(times):
        assert (await fail(guarded, question())).fault is ModelFault.UNREACHABLE


async def test_after_failures_in_a_row_it_rests_and_others_are_asked(
    server: ModelServer, model: OpenAIModel, breakers: Breakers, clock: HandClock
) -> None:
    guarded, other = breakers.guard(model), breakers.guard(OpenAIModel("other", server.base_url, "key"))
    await wear_out(server, guarded, FAILURES - 1)
    await ask(guarded, question())
    await wear_out(server, guarded, FAILURES - 1)
    assert breakers.up([guarded, other]) == (guarded, other), "what works in between begins anew"

    await wear_out(server, guarded, 1)
    asked = len(server.calls)
    refused = await fail(guarded, question())

    assert breakers.up([guarded, other]) == (other,)
    assert breakers.up([guarded]) == (guarded,), "where none is up, the last one says why"
    assert (refused.fault, refused.retry_after_s) == (ModelFault.UNREACHABLE, REST_MS / 1000)
    assert len(server.calls) == asked, "nothing was sent"
    assert (
        breakers.told("fake-chat") == f"❌ fake-chat rests after {FAILURES} failures (unreachable); tried again in 30 s"
    )
    await other.close()


async def test_one_trial_at_a_time_and_it_decides(
    server: ModelServer, model: OpenAIModel, breakers: Breakers, clock: HandClock
) -> None:
    guarded = breakers.guard(model)
    await wear_out(server, guarded)
    clock.at += REST_MS

    async with server.hold() as gate:
        trial = asyncio.create_task(ask(guarded, question()))
        await server.called(FAILURES + 1)
        second = await fail(guarded, question())
        server.replies(server_error())  # nobody takes it: the trial took what the server does by itself
        gate.open()
        await trial

    assert second.fault is ModelFault.UNREACHABLE
    assert breakers.told("fake-chat") == "fake-chat up"


async def test_a_trial_that_fails_is_followed_by_another_rest_and_one_given_up_by_another_trial(
    server: ModelServer, model: OpenAIModel, breakers: Breakers, clock: HandClock
) -> None:
    guarded = breakers.guard(model)
    await wear_out(server, guarded)

    clock.at += REST_MS
    await wear_out(server, guarded, 1)
    resting = breakers.up([guarded, Echo()])
    clock.at += REST_MS
    async with aclosing(cast(Any, guarded.stream(question()))) as stream:
        await anext(stream)
    given_up = breakers.up([guarded, Echo()])

    assert [one.name for one in resting] == ["echo"]
    assert [one.name for one in given_up] == ["fake-chat", "echo"]


@pytest.mark.parametrize("fault", [rate_limited, wrong_key, too_long, refuses, lambda: affords(1)])
async def test_what_is_not_the_models_fault_never_makes_it_rest(
    server: ModelServer, model: OpenAIModel, breakers: Breakers, fault: Any
) -> None:
    guarded = breakers.guard(model)
    server.replies(*(fault() for _ in range(2 * FAILURES)))

    for _ in range(2 * FAILURES):
        await fail(guarded, question())

    assert breakers.told("fake-chat") == "fake-chat up"


class Echo:
    """Another model, which is never asked."""

    name = "echo"

    def fills(self, form: str) -> bool:
        return True

    async def warm(self) -> None:
        return

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        raise AssertionError("never asked")
        yield ""

    async def close(self) -> None:
        return
