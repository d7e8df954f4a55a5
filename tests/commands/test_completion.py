import pytest

from bot.commands import registry
from bot.commands.base import Caller
from storage import personas
from tests.commands.conftest import ANN, BOB, DAN, EVE, Troupe


async def values(troupe: Troupe, source: str, typed: str, caller: Caller = BOB, **others: str) -> list[str]:
    return [value for value, _ in await registry.complete(troupe.office, caller, source, typed, others)]


async def test_a_beginning_comes_before_a_middle(troupe: Troupe) -> None:
    assert await values(troupe, "persona", "") == ["ada", "bombazine", "halvard", "odile", "paloma"]
    assert (await values(troupe, "persona", "A"))[0] == "ada"
    assert await values(troupe, "persona", "alo") == ["paloma"]
    assert await values(troupe, "persona", "zzz") == []


async def test_who_does_not_talk_is_only_offered_where_that_helps(troupe: Troupe) -> None:
    odile = await troupe.database.read(personas.called, "", "odile")
    assert odile is not None
    await troupe.database.write(personas.set_status, odile.id, "archived", 1)

    assert await values(troupe, "persona", "od") == []
    assert await values(troupe, "any_persona", "od") == ["odile"]


async def test_other_guilds_personas_are_not_offered(troupe: Troupe) -> None:
    await troupe.create(ANN)

    assert await values(troupe, "persona", "luna", BOB) == ["luna"]
    assert await values(troupe, "persona", "luna", EVE) == []
    assert await values(troupe, "persona", "luna", DAN) == []


async def test_no_more_and_no_longer_than_discord_takes(troupe: Troupe) -> None:
    for number in range(30):
        await troupe.create(ANN, display_name=f"Luna {number}", description="y" * 190)

    found = await registry.complete(troupe.office, BOB, "persona", "luna")

    assert len(found) == 25
    assert all(len(value) <= 100 and len(label) <= 100 for value, label in found)


async def test_versions_are_those_of_the_persona_typed_before(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.edit(ANN, "luna", voice="You are Luna, an AI. You whisper.")

    assert await values(troupe, "prompt_version", "", name="luna") == ["2", "1"]
    assert await values(troupe, "prompt_version", "2", name="luna") == ["2"]
    assert await values(troupe, "prompt_version", "", EVE, name="luna") == []
    assert await values(troupe, "prompt_version", "", slot="house") == ["1"]


async def test_work_is_offered_to_those_who_may_touch_it(troupe: Troupe) -> None:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    ours, private = await troupe.owe(ANN, ada.id), await troupe.owe(DAN, ada.id)

    assert await values(troupe, "work", "", ANN) == [ours]
    assert await values(troupe, "work", "", BOB) == []
    assert await values(troupe, "work", "wrk_", DAN) == [private]
    assert await values(troupe, "work", "", EVE) == []


@pytest.mark.parametrize("source", ["", "secrets"])
async def test_an_unknown_source_offers_nothing(troupe: Troupe, source: str) -> None:
    assert await values(troupe, source, "a") == []
