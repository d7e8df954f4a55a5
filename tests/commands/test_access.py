"""/access, /quiet, /persona mute and /pairing: what they do, say and refuse, and what is written down of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import registry
from bot.commands.base import Forbidden, Refused
from bot.commands.words import span
from storage import access, outbox, personas, work
from tests.commands.conftest import ANN, BOB, DAN, NOW, OPERATOR, Troupe

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("whom", "subject"),
    [
        ("<@7>", "person:7"),
        ("<@!7>", "person:7"),
        ("<@&5>", "role:5"),
        ("<#20>", "channel:20"),
        ("channel:20", "channel:20"),
        ("here", "channel:1001"),
        ("server", "guild:100"),
        ("<@&100>", "guild:100"),
    ],
)
async def test_a_rule_is_about_whom_the_words_mean(troupe: Troupe, whom: str, subject: str) -> None:
    await troupe.order(ANN, "access deny", whom=whom, why="too loud")

    [rule] = await troupe.database.read(access.in_force, "discord", "100", NOW + HOUR)
    assert (rule.subject, rule.verdict, rule.made_by, rule.reason) == (subject, "deny", ANN.author, "too loud")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"whom": "Bob"}, "I don't know whom “Bob” is"),
        ({"whom": "servers"}, "about itself"),
        ({"whom": "server:200"}, "about itself"),
        ({"whom": "here", "time": "soon"}, "must be a length such as"),
        ({"whom": "here", "right": "everything"}, "must be chat"),
        ({"whom": "here", "whose": "operator"}, "Only the operator"),
    ],
)
async def test_what_makes_no_rule_is_refused_with_a_sentence(
    troupe: Troupe, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        await troupe.order(ANN, "access deny", **given)

    assert await troupe.database.read(access.history, "discord", "100") == []


async def test_a_rule_replaces_the_one_before_and_both_stay_in_the_history(troupe: Troupe) -> None:
    await troupe.order(ANN, "access deny", whom="here")
    await troupe.order(ANN, "access allow", whom="here", time="2h")
    with pytest.raises(Refused, match="no such rule"):
        await troupe.order(ANN, "access remove", whom="server")
    await troupe.order(ANN, "access remove", whom="here")

    told = (await troupe.order(ANN, "access history")).text
    assert told.count("ended by") == 2 and "⛔ <#1001>" in told and "✅ <#1001> until <t:" in told
    assert "There are no rules" in (await troupe.order(ANN, "access list")).text


async def test_explain_names_the_rule_that_decides(troupe: Troupe) -> None:
    free = (await troupe.order(BOB, "access explain")).text
    await troupe.order(ANN, "access deny", whom="server", why="only for the crew")
    await troupe.order(ANN, "access allow", whom="<@&5>")

    assert "no rule says anything else" in free
    barred = (await troupe.order(BOB, "access explain")).text
    assert "may not talk with personas here" in barred and "deny server 100" in barred and "only for the crew" in barred
    assert "“allow the role <@&5>”" in (await troupe.order(replace(BOB, roles=("5",)), "access explain")).text
    assert "I can't know their roles" in (await troupe.order(ANN, "access explain", whom="<@93>")).text
    with pytest.raises(Forbidden):
        await troupe.order(BOB, "access explain", whom="<@8>")


async def test_who_is_barred_is_told_by_which_rule(troupe: Troupe) -> None:
    await troupe.order(ANN, "access deny", whom=f"<@{BOB.platform_id}>")

    with pytest.raises(Forbidden, match="this server's rule “deny <@93>”"):
        await troupe.order(BOB, "chat", message="hello")


async def test_the_operator_s_rules_stand_above_and_are_made_in_the_terminal_too(troupe: Troupe) -> None:
    await troupe.order(OPERATOR, "access deny", whom=f"person:{BOB.platform_id}")
    await troupe.order(ANN, "access allow", whom=f"<@{BOB.platform_id}>")

    with pytest.raises(Forbidden, match="the operator's rule"):
        await troupe.order(BOB, "chat", message="hello")
    assert "⛔ <@93>" in (await troupe.order(OPERATOR, "access list")).text
    with pytest.raises(Refused, match="a server \\(server:ID\\)"):
        await troupe.order(OPERATOR, "access deny", whom="channel:5")


async def test_whom_rules_are_about_is_completed_for_those_who_may_see_it(troupe: Troupe) -> None:
    await troupe.order(ANN, "access deny", whom="<@7>")

    for_ann = await registry.complete(troupe.office, ANN, "subject", "")
    for_bob = await registry.complete(troupe.office, BOB, "subject", "")

    assert [value for value, _ in for_ann] == ["here", "server", "person:7"]
    assert [value for value, _ in for_bob] == ["here", "server"]


# ── quiet ──


async def test_quiet_stops_what_is_owed_and_says_until_when(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    owed, elsewhere = await troupe.owe(BOB, ada.id), await troupe.owe(replace(DAN, platform_id="93"), ada.id)

    told = (await troupe.order(ANN, "quiet", time="2h")).text

    stopped, left = [await troupe.database.read(work.by_id, one) for one in (owed, elsewhere)]
    [part] = await troupe.database.read(outbox.of_work, owed)
    [rule] = await troupe.database.read(access.in_force, "discord", "100", NOW + HOUR)
    assert f"<t:{(rule.until or 0) // 1000}:f>" in told and 2 * HOUR <= (rule.until or 0) - NOW < 2 * HOUR + 1000
    assert stopped is not None and stopped.state == "cancelled" and part.content == ""
    assert left is not None and left.state == "ready"
    with pytest.raises(Refused, match="silent"):
        await troupe.order(BOB, "chat", message="hello")
    await troupe.order(ANN, "quiet", time="off")
    await troupe.order(BOB, "chat", message="hello")
    with pytest.raises(Refused, match="may speak here already"):
        await troupe.order(ANN, "quiet", time="off")


@pytest.mark.parametrize(
    ("text", "length"),
    [("2h", 2 * HOUR), ("1d12h", 36 * HOUR), ("30m", HOUR // 2), ("1w", 168 * HOUR), ("90 min", 3 * HOUR // 2)],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, length: int) -> None:
    assert span(text) == length


@pytest.mark.parametrize("text", ["", "0h", "soon", "-2h", "999w", "2", "h"])
def test_what_is_no_length_of_time_is_none(text: str) -> None:
    assert span(text) is None


# ── mutes ──


async def test_a_muted_persona_takes_nothing_of_theirs_from_anybody(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    owed = await troupe.owe(BOB, ada.id)

    told = (await troupe.order(BOB, "persona mute", name="ada")).text

    item = await troupe.database.read(work.by_id, owed)
    assert item is not None and item.state == "cancelled" and "/persona unmute ada" in told
    for order in ({"message": "hello", "persona": "ada"}, {"message": "hello"}):
        with pytest.raises(Refused, match="You muted Ada"):
            await troupe.order(BOB, "chat", **order)
    with pytest.raises(Refused, match="Whoever wrote that muted Ada"):
        await troupe.order(ANN, "chat", message="look", _teller_id=BOB.platform_id, _told_at=str(NOW))
    with pytest.raises(Refused, match="muted Ada"):
        await troupe.order(BOB, "memory add", text="I like tea")
    await troupe.order(BOB, "chat", message="hello", persona="halvard")
    assert "already" in (await troupe.order(BOB, "persona mute", name="ada")).text
    await troupe.order(BOB, "persona unmute", name="ada")
    await troupe.order(BOB, "chat", message="hello", persona="ada")


# ── adults ──


async def test_a_persona_for_adults_is_bound_and_asked_where_only_adults_are(troupe: Troupe) -> None:
    vamp = personas.NewPersona(
        "prs_v", "pvr_v", "", "vamp", "active", "person", "",
        replace((await _ada(troupe)).sheet, display_name="Vamp", aliases=(), nsfw=True), "test", "test",
    )  # fmt: skip
    await troupe.database.write(personas.add, vamp, NOW)
    behind = replace(ANN, place=replace(ANN.place, adult=True))

    for order in (("persona bind", {"name": "vamp"}), ("chat", {"message": "hello", "persona": "vamp"})):
        with pytest.raises(Refused, match="age-restricted"):
            await troupe.order(ANN, order[0], **order[1])
    await troupe.order(behind, "persona bind", name="vamp")
    await troupe.order(behind, "chat", message="hello", persona="vamp")


async def _ada(troupe: Troupe) -> personas.Persona:
    found = await troupe.database.read(personas.called, "", "ada")
    assert found is not None
    return found
