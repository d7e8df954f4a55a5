"""A model that fails: the person reads a plain sentence or the answer of another try, and history stays clean."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.breakers import FAILURES
from bot.office import make_office
from bot.ports import ModelFault
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, replies
from tests.fakes import model_script as script
from tests.fakes.model_script import Behaviour
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin

QUICK = {"TROUPE_RETRY_WAIT_SECONDS": "0.1", "TROUPE_WORK_ATTEMPTS": "2"}


@dataclass(frozen=True)
class Case:
    """What the server does, how that is called, whether another try is worth it, and which patience runs out."""

    behaviour: Behaviour
    fault: ModelFault
    again: bool
    patience: str = ""

    @property
    def settings(self) -> dict[str, str]:
        """Only the patience that is to run out is short: on a busy machine another could run out before it."""
        return QUICK | ({f"TROUPE_MODEL_{self.patience}_SECONDS": "3"} if self.patience else {})


BEFORE_A_WORD = {
    "silent": Case(script.Silent(), ModelFault.TIMED_OUT, again=True, patience="FIRST_TOKEN"),
    "wrong key": Case(script.wrong_key(), ModelFault.WRONG_KEY, again=False),
    "unknown model": Case(script.unknown_model(), ModelFault.UNKNOWN_MODEL, again=False),
    "out of credit": Case(script.out_of_credit(), ModelFault.OUT_OF_CREDIT, again=False),
    "no quota": Case(script.no_quota(), ModelFault.OUT_OF_CREDIT, again=False),
    "rate limited": Case(script.rate_limited(retry_after="0.05"), ModelFault.RATE_LIMITED, again=True),
    "too long": Case(script.too_long(), ModelFault.TOO_LONG, again=False),
    "refuses": Case(script.refuses(), ModelFault.REFUSED, again=False),
    "server error": Case(script.server_error(), ModelFault.UNREACHABLE, again=True),
    "web page": Case(script.html(), ModelFault.BROKEN, again=True),
    "empty": Case(script.empty(), ModelFault.BROKEN, again=True),
}
MIDWAY = {
    "stalls": Case(script.stalls("Half a thought.", after=2), ModelFault.STALLED, again=True, patience="STALL"),
    "cut off": Case(script.cuts_off("Half a thought and no more.", after=2), ModelFault.STALLED, again=True),
    "malformed": Case(script.malformed(), ModelFault.BROKEN, again=True),
    "error midway": Case(script.error_midway(), ModelFault.UNREACHABLE, again=True),
}


async def test_a_model_that_keeps_failing_rests_and_the_next_one_answers_at_once(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe(settings=QUICK | {"OPENAI_MODELS": "first,second"})
    for number in range(FAILURES + 1):
        if number < FAILURES:
            server.replies(script.server_error(), f"Answer {number}.")
        await bob.say(channel, f"Ada, question {number}?")
        await twin.wait_for(lambda t, so_far=number: len(replies(t, channel)) > so_far)
        await ledger.settled(twin)

    asked = [call.body["model"] for call in server.calls]
    lines = {line.label: line.value for line in await make_office(bot.house).report()}
    figures = bot.house.metrics.text(await bot.house.probe.look(), ()).decode()

    assert asked == ["first", "second"] * FAILURES + ["second"]
    assert "❌ first rests after 5 failures (unreachable)" in lines["Models"] and "second up" in lines["Models"]
    assert 'troupe_model_up{model="first"} 0.0' in figures and 'troupe_model_up{model="second"} 1.0' in figures


@pytest.mark.parametrize("case", BEFORE_A_WORD.values(), ids=BEFORE_A_WORD.keys())
async def test_a_failure_becomes_a_plain_sentence_that_enters_no_history(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, case: Case
) -> None:
    tries = 2 if case.again else 1
    server.replies(*[case.behaviour] * tries)
    await troupe(settings=case.settings)

    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)
    await bob.say(channel, "Ada, again")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert replies(twin, channel)[0].content == f"-# {case.fault.value}"
    assert ledger.rows("SELECT state, fault FROM work WHERE capability <> 'extract' ORDER BY id") == [
        ("buried", case.fault.name),
        ("done", ""),
    ]
    assert ledger.column("SELECT outcome FROM model_calls ORDER BY id") == [case.fault.name] * tries + ["OK"]
    assert len(server.calls) == tries + 1
    assert case.fault.value not in str(server.calls[-1].body)
    assert len(ledger.words("persona")) == 1


@pytest.mark.parametrize("name", [name for name, case in (BEFORE_A_WORD | MIDWAY).items() if case.again])
async def test_a_failure_that_passes_is_followed_by_the_answer(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, name: str
) -> None:
    case = (BEFORE_A_WORD | MIDWAY)[name]
    server.replies(case.behaviour, "Here is the answer.")
    await troupe(settings=case.settings)

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == ["Here is the answer."]
    assert ledger.rows("SELECT state, attempts FROM work WHERE capability <> 'extract'") == [("done", 2)]
    assert ledger.column("SELECT outcome FROM model_calls ORDER BY id") == [case.fault.name, "OK"]
    assert ledger.words("persona") == ["Here is the answer."]


@pytest.mark.parametrize("case", MIDWAY.values(), ids=MIDWAY.keys())
async def test_what_was_said_before_the_last_failure_is_kept(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, case: Case
) -> None:
    server.replies(case.behaviour, case.behaviour)
    await troupe(settings=case.settings)

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    (kept,) = ledger.words("persona")
    (shown,) = replies(twin, channel)
    assert kept.strip() and shown.content.startswith(kept.strip())
    assert shown.content.endswith(f"\n-# That is as far as I got. {case.fault.value}")
    assert ledger.column("SELECT whole FROM messages WHERE role = 'persona'") == [0]
    assert ledger.column("SELECT outcome FROM model_calls") == [case.fault.name] * 2


@pytest.mark.parametrize("name", ["unknown model", "out of credit", "wrong key", "refuses"])
async def test_where_one_model_fails_for_good_the_next_one_answers(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, name: str
) -> None:
    server.replies(BEFORE_A_WORD[name].behaviour, "The second model answers.")
    await troupe(settings=QUICK | {"OPENAI_MODELS": "first,second"})

    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == ["The second model answers."]
    assert [call.body["model"] for call in server.calls] == ["first", "second"]
    assert ledger.rows("SELECT model, outcome FROM model_calls ORDER BY id") == [
        ("first", BEFORE_A_WORD[name].fault.name),
        ("second", "OK"),
    ]


async def test_a_wait_longer_than_ours_is_told_instead_of_waited_for(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(script.rate_limited(retry_after="60"))
    await troupe(settings=QUICK)

    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert replies(twin, channel)[0].content == f"-# {ModelFault.RATE_LIMITED.value}"
    assert len(server.calls) == 1


async def test_a_history_too_long_for_the_model_is_shortened_and_answered(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe(settings=QUICK)
    for number in range(4):
        await bob.say(channel, f"Ada, {number} " + "many words " * 120)
        await twin.wait_for(lambda t, n=number: len(replies(t, channel)) > n)
        await ledger.settled(twin)
    server.calls.clear()
    server.replies(script.too_long(), "It fits now.")

    await bob.say(channel, "Ada, and now?")
    await twin.wait_for(lambda t: any(reply.content.startswith("It fits now.") for reply in replies(t, channel)))
    await ledger.settled(twin)

    assert len(server.calls) == 2
    assert len(str(server.calls[1].body)) < len(str(server.calls[0].body))
    assert "and now?" in str(server.calls[1].body)
