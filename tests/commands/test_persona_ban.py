"""A ban is the operator's alone, silences every copy, and no server gets around it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.bells import Bells
from bot.commands import registry, starters
from bot.commands.base import Answer, Caller, Refused
from bot.personas.face import starter_buttons
from bot.personas.publish import publish_file
from config.persona_files import load_personas
from storage import outbox, personas, prompts, work
from storage.engines.base import Transaction
from storage.records import Persona
from storage.work import Lease
from tests.commands.conftest import ANN, BOB, EVE, NOW, OPERATOR, Troupe, in_guild, managing
from tests.conftest import CONFIG

OWNER = Caller("discord", "900", "Mara", in_guild("100").place, can_manage=False, operates=True)


async def ban(troupe: Troupe, name: str = "ada", by: Caller = OPERATOR, reason: str = "poses as somebody") -> Answer:
    return await troupe.fill(by, await troupe.order(by, "persona ban", name=name), reason=reason)


async def standing(troupe: Troupe, guild_id: str, name: str = "ada") -> Persona:
    found = await troupe.database.read(personas.called, guild_id, name)
    assert found is not None
    return found


async def everything(troupe: Troupe, guild_id: str) -> object:
    """What a server's managers could have changed."""
    ada = await standing(troupe, guild_id)
    return (
        ada,
        await troupe.database.read(prompts.history, ada.id, "voice"),
        await troupe.database.read(personas.listed, guild_id),
    )


@pytest.mark.parametrize("caller", [ANN, BOB, managing(BOB)], ids=["manager", "member", "new manager"])
@pytest.mark.parametrize("command", ["persona ban", "persona unban"])
async def test_nobody_but_the_operator_bans_or_lifts_a_ban(troupe: Troupe, command: str, caller: Caller) -> None:
    await ban(troupe, "odile")

    with pytest.raises(Refused, match="for the operator of this bot alone"):
        await troupe.order(caller, command, name="odile")

    assert (await standing(troupe, "100", "odile")).banned


async def test_a_form_of_the_operator_sent_by_somebody_else_is_refused(troupe: Troupe) -> None:
    shown = await troupe.order(OPERATOR, "persona ban", name="ada")

    with pytest.raises(Refused, match="for the operator"):
        await troupe.fill(ANN, shown, reason="mine")

    assert (await standing(troupe, "100")).active


async def test_nothing_is_banned_before_it_is_confirmed(troupe: Troupe) -> None:
    asked = await troupe.order(OPERATOR, "persona ban", name="ada", reason="lies")

    assert asked.form is not None and asked.form.fields[0].value == "lies"
    assert "will answer nobody in any server" in asked.text
    assert (await standing(troupe, "100")).active


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 201])
async def test_a_ban_needs_a_reason_people_can_read(troupe: Troupe, reason: str) -> None:
    with pytest.raises(Refused, match="needs a reason"):
        await ban(troupe, reason=reason)

    assert (await standing(troupe, "100")).active


async def test_the_owner_of_the_application_bans_from_any_server(troupe: Troupe) -> None:
    await ban(troupe, by=OWNER)

    assert [(await standing(troupe, guild)).standing for guild in ("", "100", "200")] == ["banned"] * 3


async def test_a_ban_silences_the_copies_servers_made_before(troupe: Troupe) -> None:
    await troupe.edit(ANN, "ada", greeting="Ours.", display_name="Countess")

    await ban(troupe)

    assert not (await standing(troupe, "100", "countess")).active


ROUND_IT = [
    ("persona edit", {"name": "ada"}),
    ("persona archive", {"name": "ada"}),
    ("persona archive", {"name": "ada", "restore": "yes"}),
    ("persona bind", {"name": "ada"}),
    ("persona use", {"name": "ada"}),
    ("prompt activate", {"name": "ada", "number": "1"}),
    ("chat", {"message": "hello", "persona": "ada"}),
]


@pytest.mark.parametrize(("command", "given"), ROUND_IT, ids=[f"{name} {len(given)}" for name, given in ROUND_IT])
@pytest.mark.parametrize("copied", [False, True], ids=["shared", "own copy"])
async def test_no_manager_gets_around_a_ban(troupe: Troupe, command: str, given: dict[str, str], copied: bool) -> None:
    if copied:
        await troupe.edit(ANN, "ada", voice="You are Ada, an AI of ours.")
        await troupe.edit(ANN, "ada", voice="You are Ada, an AI of ours, and brief.")
    else:
        await troupe.database.write(prompts.publish, _another_voice(await standing(troupe, "")), NOW)
    await ban(troupe)
    before = await everything(troupe, "100")

    with pytest.raises(Refused, match="banned by the operator"):
        await troupe.order(ANN, command, **given)

    assert await everything(troupe, "100") == before
    assert not troupe.outside.said and not troupe.outside.greeted


def _another_voice(ada: Persona) -> prompts.NewPrompt:
    return prompts.NewPrompt("pmt_2", ada.id, "voice", "You are Ada, an AI, and brief.", "file", "shorter")


async def test_a_form_opened_before_the_ban_is_not_taken_after_it(troupe: Troupe) -> None:
    shown = await troupe.order(ANN, "persona edit", name="ada")
    await ban(troupe)

    with pytest.raises(Refused, match="banned by the operator"):
        await troupe.fill(ANN, shown, greeting="Around it.")

    assert (await standing(troupe, "100")).guild_id == ""


async def test_an_archive_asked_before_the_ban_is_not_confirmed_after_it(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="ada")
    await ban(troupe)

    with pytest.raises(Refused, match="banned by the operator"):
        await registry.press(troupe.office, ANN, asked.buttons[0].key)


@pytest.mark.parametrize("name", ["Ada", "adie", "ADA"])
async def test_no_server_makes_another_of_that_name(troupe: Troupe, name: str) -> None:
    await ban(troupe)

    with pytest.raises(Refused, match=r"Ada \(`ada`\) already answers to .*; choose another name\."):
        await troupe.create(ANN, display_name=name)


async def test_a_suggestion_of_a_banned_persona_is_not_said(troupe: Troupe) -> None:
    ada = await standing(troupe, "")
    button = starter_buttons(ada.id, ada.sheet)[0]
    await ban(troupe)

    with pytest.raises(Refused, match="banned by the operator and answers nobody"):
        await starters.pressed(troupe.office, BOB, button.key, button.label, "1", NOW)


async def test_managers_read_the_reason_and_others_only_that_it_is_banned(troupe: Troupe) -> None:
    await ban(troupe)

    for command, given in (("persona list", {}), ("persona show", {"name": "ada"})):
        for_ann = (await troupe.order(ANN, command, **given)).text
        for_bob = (await troupe.order(BOB, command, **given)).text
        assert "anned by the operator" in for_ann and "anned by the operator" in for_bob
        assert "poses as somebody" in for_ann
        assert "poses as somebody" not in for_bob


async def test_a_lifted_ban_brings_the_former_status_back(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="odile")
    await registry.press(troupe.office, ANN, asked.buttons[0].key)
    await ban(troupe, "odile")

    answer = await troupe.order(OPERATOR, "persona unban", name="odile")

    assert "odile.toml still says" in answer.text
    assert (await standing(troupe, "100", "odile")).status == "archived"
    assert (await standing(troupe, "200", "odile")).active


async def test_a_server_s_own_persona_is_banned_by_its_name_and_server(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.create(EVE)

    answer = await ban(troupe, "luna@100")

    assert "/persona unban luna@100" in answer.text
    assert (await standing(troupe, "100", "luna")).banned
    assert (await standing(troupe, "200", "luna")).active


async def test_the_shared_persona_is_meant_where_a_server_has_a_copy(troupe: Troupe) -> None:
    await troupe.edit(ANN, "ada", greeting="Ours.")

    await ban(troupe, by=OWNER)

    assert (await standing(troupe, "200")).banned


async def test_a_server_without_such_a_persona_is_said_so(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="Server 100 has no persona of its own called “ada”"):
        await ban(troupe, "ada@100")


async def test_lifting_a_ban_that_is_not_there_names_those_that_are(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await ban(troupe, "odile")
    await ban(troupe, "luna@100")

    with pytest.raises(Refused, match="banned are `luna@100` and `odile`"):
        await troupe.order(OPERATOR, "persona unban", name="ada")


async def test_a_second_ban_is_refused_with_the_first_reason(troupe: Troupe) -> None:
    await ban(troupe)

    with pytest.raises(Refused, match=r"banned already \(poses as somebody\)"):
        await ban(troupe, reason="other")


async def test_a_banned_reply_that_runs_is_stopped_and_what_waits_unsaid_is_taken_back(troupe: Troupe) -> None:
    ada = await standing(troupe, "")
    work_id = await troupe.owe(BOB, ada.id)
    stopped: list[str] = []
    _running(troupe.office.bells, work_id, stopped)
    await troupe.database.write(_claim)

    await ban(troupe)

    assert stopped == [work_id]
    assert [part.content for part in await troupe.database.read(outbox.of_work, work_id)] == [""]


def _running(bells: Bells, work_id: str, stopped: list[str]) -> None:
    bells.running(work_id, lambda keep: stopped.append(work_id))


def _claim(tx: Transaction) -> None:
    work.claim(tx, Lease("bot", NOW * 2, NOW * 2), NOW * 2, 10)


async def test_publishing_a_changed_file_lifts_no_ban(troupe: Troupe) -> None:
    await ban(troupe)
    ada = next(one for one in load_personas(CONFIG / "personas").personas if one.name == "ada")

    published = await troupe.database.write(publish_file, replace(ada, description="Another."), troupe.office.ids, NOW)

    assert published
    assert (await standing(troupe, "")).banned == "poses as somebody"


async def test_a_file_that_says_so_bans_without_a_new_version_and_its_silence_lifts_nothing(troupe: Troupe) -> None:
    ada = next(one for one in load_personas(CONFIG / "personas").personas if one.name == "ada")

    said = await troupe.database.write(publish_file, replace(ada, banned="as the file says"), troupe.office.ids, NOW)
    silent = await troupe.database.write(publish_file, ada, troupe.office.ids, NOW)

    assert (said, silent) == (False, False)
    assert (await standing(troupe, "")).banned == "as the file says"
    assert "by ada.toml" in (await troupe.order(ANN, "persona show", name="ada")).text
