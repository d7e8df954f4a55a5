"""Every way a server can fail is told apart, in time, and without giving the key away."""

from __future__ import annotations

import socket
import traceback

import pytest

from bot.models.openai_chat import OpenAIModel
from bot.models.openai_faults import retry_after_s, scrubbed
from bot.ports import ModelFault
from tests.fakes import model_script as script
from tests.fakes.model_script import Behaviour, Fails, Says, Silent
from tests.fakes.model_server import ModelServer
from tests.models.asking import KEY, SOON_S, ask, fail, question

FAULTS: dict[str, tuple[Behaviour, ModelFault]] = {
    "a wrong key": (script.wrong_key(KEY), ModelFault.WRONG_KEY),
    "a key without rights": (Fails(403, message="no access"), ModelFault.WRONG_KEY),
    "an unknown model": (script.unknown_model(), ModelFault.UNKNOWN_MODEL),
    "an unknown model by 400": (Fails(400, "model_not_found"), ModelFault.UNKNOWN_MODEL),
    "no credit": (script.out_of_credit(), ModelFault.OUT_OF_CREDIT),
    "no quota": (script.no_quota(), ModelFault.OUT_OF_CREDIT),
    "too many requests": (script.rate_limited(), ModelFault.RATE_LIMITED),
    "a full context": (script.too_long(), ModelFault.TOO_LONG),
    "a full context at llama.cpp": (
        Fails(400, message="the request exceeds the available context size", kind="exceed_context_size_error"),
        ModelFault.TOO_LONG,
    ),
    "a body too large": (Fails(413), ModelFault.TOO_LONG),
    "a request larger than the limit a minute": (
        Fails(429, "rate_limit_exceeded", "Request too large for gpt-4o on tokens per min"),
        ModelFault.TOO_LONG,
    ),
    "a policy": (Fails(400, "content_policy_violation"), ModelFault.REFUSED),
    "a filter on the question": (Fails(400, "content_filter", "management policy"), ModelFault.REFUSED),
    "a filter on the answer": (script.refuses("filter"), ModelFault.REFUSED),
    "a filter in mid-answer": (Says("I would", finish="content_filter"), ModelFault.REFUSED),
    "a refusal": (script.refuses("delta"), ModelFault.REFUSED),
    "a server error": (script.server_error(), ModelFault.UNREACHABLE),
    "an overloaded server": (script.server_error(529), ModelFault.UNREACHABLE),
    "a gateway's page": (script.html(502), ModelFault.UNREACHABLE),
    "a page instead of a stream": (script.html(), ModelFault.BROKEN),
    "an unknown complaint": (Fails(400), ModelFault.BROKEN),
    "an empty reply": (script.empty(), ModelFault.BROKEN),
    "a blank reply": (Says(" \n"), ModelFault.BROKEN),
    "a chunk that is no JSON": (script.malformed(), ModelFault.BROKEN),
    "a chunk that is a number": (script.malformed("data: 7\n\n"), ModelFault.BROKEN),
    "a chunk that is a list": (script.malformed("data: []\n\n"), ModelFault.BROKEN),
    "a chunk of odd choices": (script.malformed('data: {"choices": [3]}\n\n'), ModelFault.BROKEN),
    "content that is no text": (
        script.malformed('data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\n'),
        ModelFault.BROKEN,
    ),
    "an error in mid-stream": (script.error_midway(), ModelFault.UNREACHABLE),
    "a rate limit in mid-stream": (script.error_midway("slow", 429, ""), ModelFault.RATE_LIMITED),
    "a full context in mid-stream": (
        script.error_midway("", "context_length_exceeded", "invalid_request_error"),
        ModelFault.TOO_LONG,
    ),
    "no credit in mid-stream": (script.error_midway("", "insufficient_quota"), ModelFault.OUT_OF_CREDIT),
    "an end without a finish": (Says("half of it", finish=None), ModelFault.STALLED),
    "a cut connection": (script.cuts_off(), ModelFault.STALLED),
    "a connection cut before a piece": (script.cuts_off(after=0), ModelFault.UNREACHABLE),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_is_told_apart(server: ModelServer, model: OpenAIModel, name: str) -> None:
    behaviour, fault = FAULTS[name]
    server.replies(behaviour)

    failed = await fail(model, question())

    assert failed.fault is fault, failed
    assert len(server.calls) == 1


@pytest.mark.parametrize("name", FAULTS)
async def test_a_model_that_failed_answers_the_next_question(
    server: ModelServer, model: OpenAIModel, name: str
) -> None:
    server.replies(FAULTS[name][0])
    await fail(model, question())

    text, _ = await ask(model, question("and now?"))

    assert text == "You said: Bob: and now?"


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = OpenAIModel("fake-chat", f"http://127.0.0.1:{taken.getsockname()[1]}/v1", KEY)

        failed = await fail(model, question())

    assert failed.fault is ModelFault.UNREACHABLE
    await model.close()


@pytest.mark.parametrize("url", ["not a url", "ftp://127.0.0.1/v1", "http://127.0.0.1:1/v1"])
async def test_an_address_that_leads_nowhere_fails_like_everything_else(url: str) -> None:
    model = OpenAIModel("fake-chat", url, KEY)

    failed = await fail(model, question())

    assert failed.fault in (ModelFault.UNREACHABLE, ModelFault.BROKEN)
    await model.close()


async def test_a_server_that_sends_no_headers_times_out(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(Silent())

    failed = await fail(model, question(first_token_s=SOON_S))

    assert failed.fault is ModelFault.TIMED_OUT
    await server.left()


async def test_a_stream_without_a_first_piece_times_out(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(script.stalls(after=0))

    failed = await fail(model, question(first_token_s=SOON_S))

    assert failed.fault is ModelFault.TIMED_OUT
    await server.left()


async def test_a_stream_that_stops_stalls(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(script.stalls(after=2))

    failed = await fail(model, question(stall_s=SOON_S))

    assert failed.fault is ModelFault.STALLED
    await server.left()


async def test_a_stream_that_drips_too_long_times_out(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(Says("drip " * 200, pieces=200, delay_s=0.02))

    failed = await fail(model, question(total_s=SOON_S))

    assert failed.fault is ModelFault.TIMED_OUT
    await server.left()


@pytest.mark.parametrize("quoted", [KEY, f"Bearer {KEY}", f"https://x/v1?key={KEY}", f"{KEY[:7]}****{KEY[-4:]}"])
@pytest.mark.parametrize("status", [400, 401, 429, 500])
async def test_no_failure_gives_the_key_away(server: ModelServer, model: OpenAIModel, quoted: str, status: int) -> None:
    server.replies(Fails(status, message=f"Incorrect API key provided: {quoted}."))

    failed = await fail(model, question())

    told = "".join(traceback.format_exception(failed)) + repr(failed) + repr(model) + repr(failed.__context__)
    assert KEY not in told
    assert KEY[-4:] not in failed.detail


async def test_a_failure_in_mid_stream_does_not_give_the_key_away(server: ModelServer, model: OpenAIModel) -> None:
    server.replies(script.error_midway(f"bad key {KEY}"))

    failed = await fail(model, question())

    assert KEY not in "".join(traceback.format_exception(failed))


def test_a_login_in_an_address_and_line_ends_are_scrubbed() -> None:
    assert scrubbed("at https://me:secret@host/v1\nfor good", "") == "at https://[key]host/v1 for good"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-3"}, 0.0),
        ({"retry_after": "1e9"}, 86_400.0),
        ({}, None),
    ],
)
async def test_the_servers_wish_to_wait_is_handed_on(
    server: ModelServer, model: OpenAIModel, headers: dict[str, str], seconds: float | None
) -> None:
    server.replies(script.rate_limited(**headers), script.server_error(503, **headers))

    limited, down = await fail(model, question()), await fail(model, question())

    assert (limited.retry_after_s, down.retry_after_s) == (seconds, seconds)


def test_a_date_to_wait_for_is_counted_from_the_servers_own_clock() -> None:
    until = {"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"}
    sent = {"date": "Wed, 21 Oct 2015 07:28:00 GMT"}

    assert retry_after_s(until | sent, now_s=0.0) == 30.0
    assert retry_after_s(until, now_s=1445412505.0) == 5.0
    assert retry_after_s(until, now_s=2e9) == 0.0


@pytest.mark.parametrize("text", ["nan", "inf", "Wed, 99 Oct 2015", ""])
def test_a_wish_that_cannot_be_read_is_none(text: str) -> None:
    assert retry_after_s({"retry-after": text}, now_s=0.0) is None
