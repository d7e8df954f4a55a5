import pytest

from bot.commands.base import Caller, Refused
from bot.commands.prompt import LONGEST_DIFF
from bot.personas.publish import HOUSE, VOICE, Edit, write_prompt
from storage import personas, prompts
from storage.records import PromptVersion
from tests.commands.conftest import ANN, BOB, EVE, OPERATOR, Troupe


async def active(troupe: Troupe, guild_id: str, name: str) -> PromptVersion:
    persona = await troupe.database.read(personas.called, guild_id, name)
    assert persona is not None
    found = await troupe.database.read(prompts.active, persona.id, VOICE)
    assert found is not None
    return found


async def reword(troupe: Troupe, persona_id: str, slot: str, text: str) -> None:
    edit, office = Edit("Zed", "shorter"), troupe.office
    await troupe.database.write(write_prompt, persona_id, slot, text, edit, office.ids, office.clock.now())


async def shared(troupe: Troupe, *voices: str) -> None:
    for text in voices:
        await reword(troupe, (await active(troupe, "", "ada")).persona_id, VOICE, text)


async def test_history_lists_versions_newest_first_with_author_and_reason(troupe: Troupe) -> None:
    await shared(troupe, "You are Ada, an AI.")

    lines = (await troupe.order(BOB, "prompt history", name="ada")).text.splitlines()

    assert lines[0] == "**Ada**, voice, newest first:"
    assert lines[1].startswith("- `2` **active** 2025-") and "Zed: shorter (19 characters)" in lines[1]
    assert lines[2].startswith("- `1` 2025-") and "file: first publication" in lines[2]


async def test_history_without_a_name_is_of_whoever_answers_here(troupe: Troupe) -> None:
    await troupe.order(BOB, "persona use", name="halvard")

    assert "Halvard" in (await troupe.order(BOB, "prompt history")).text


async def test_the_house_rules_can_be_read_everywhere(troupe: Troupe) -> None:
    assert "The house rules" in (await troupe.order(BOB, "prompt history", slot="house")).text


async def test_diff_shows_what_changed_sentence_by_sentence(troupe: Troupe) -> None:
    await shared(troupe, "You are Ada. You are kind. You end here.", "You are Ada. You are terse. You end here.")

    text = (await troupe.order(BOB, "prompt diff", name="ada", old="2", new="3")).text

    assert "```diff\n--- version 2\n+++ version 3" in text
    assert "\n-You are kind.\n+You are terse.\n" in text


async def test_a_diff_stays_short_and_its_fence_whole(troupe: Troupe) -> None:
    await shared(troupe, "\n".join(f"```{number} {'x' * 60}" for number in range(110)))

    text = (await troupe.order(BOB, "prompt diff", name="ada", old="1", new="2")).text

    assert len(text) < LONGEST_DIFF + 200
    assert text.count("```") == 2
    assert "more lines not shown" in text


async def test_versions_that_read_the_same_say_so(troupe: Troupe) -> None:
    assert "read the same" in (await troupe.order(BOB, "prompt diff", name="ada", old="1", new="1")).text


async def test_a_version_that_is_not_there_is_refused(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="Ada, voice has no version 9; /prompt history"):
        await troupe.order(BOB, "prompt diff", name="ada", old="1", new="9")


async def test_activate_changes_what_the_next_reply_uses(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.edit(ANN, "luna", voice="You are Luna, an AI. You whisper.")

    await troupe.order(ANN, "prompt activate", name="luna", number="1")

    assert (await active(troupe, "100", "luna")).number == 1


async def test_activating_the_active_version_changes_nothing(troupe: Troupe) -> None:
    answer = await troupe.order(ANN, "prompt activate", name="ada", number="1")

    assert "active already" in answer.text
    assert (await active(troupe, "100", "ada")).persona_id == (await active(troupe, "", "ada")).persona_id


async def test_activating_for_a_shared_persona_changes_this_guilds_copy_only(troupe: Troupe) -> None:
    original = (await active(troupe, "", "ada")).template
    await shared(troupe, "You are Ada, an AI, and terse.")

    answer = await troupe.order(ANN, "prompt activate", name="ada", number="1")

    ours, theirs = await active(troupe, "100", "ada"), await active(troupe, "200", "ada")
    assert (ours.template, ours.reason) == (original, "version 1 of the shared ada")
    assert theirs.template == "You are Ada, an AI, and terse."
    assert f"its own copy, where that wording is version {ours.number}" in answer.text


async def test_the_house_rules_are_changed_in_the_terminal_only(troupe: Troupe) -> None:
    await reword(troupe, prompts.SYSTEM, HOUSE, "Be kind.")

    with pytest.raises(Refused, match="operator"):
        await troupe.order(ANN, "prompt activate", name="ada", number="1", slot="house")
    await troupe.order(OPERATOR, "prompt activate", name="ada", number="1", slot="house")

    house = await troupe.database.read(prompts.active, prompts.SYSTEM, HOUSE)
    assert house is not None and house.number == 1


@pytest.mark.parametrize(
    ("command", "caller"), [("prompt history", EVE), ("prompt diff", EVE), ("prompt activate", EVE)]
)
async def test_a_guild_reads_no_other_guilds_prompts(troupe: Troupe, command: str, caller: Caller) -> None:
    await troupe.create(ANN)
    numbers = {"prompt history": {}, "prompt diff": {"old": "1", "new": "1"}, "prompt activate": {"number": "1"}}

    with pytest.raises(Refused, match="no persona called"):
        await troupe.order(caller, command, name="luna", **numbers[command])
