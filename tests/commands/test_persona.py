import pytest

from bot.commands import registry
from bot.commands.base import Explanation, Refused
from bot.personas.face import read_starter_key
from storage import bindings, personas
from storage.bindings import ChannelKey
from storage.records import Binding
from tests.commands.conftest import ANN, BOB, DAN, EVE, OPERATOR, Troupe

HERE = ChannelKey("discord", "1001", "100")


async def test_the_list_shows_everyone_by_what_they_do(troupe: Troupe) -> None:
    await troupe.database.write(personas.set_status, (await id_of(troupe, "odile")), "coming_soon", 1)

    text = (await troupe.order(BOB, "persona list")).text

    assert text.index("**Talking**") < text.index("**Ada**") < text.index("**Coming soon**") < text.index("**Odile**")


async def test_the_list_tells_who_is_bound_who_is_yours_and_whose_own(troupe: Troupe) -> None:
    await troupe.create(ANN)
    await troupe.order(ANN, "persona bind", name="halvard", mode="mention")
    await troupe.order(BOB, "persona use", name="paloma")

    lines = {line.split("**")[1]: line for line in (await troupe.order(BOB, "persona list")).text.splitlines()}

    assert "answers here when mentioned" in lines["Halvard"]
    assert "your choice" in lines["Paloma"]
    assert "this server's own" in lines["Luna"]
    assert "answers where nobody else was chosen" in lines["Ada"]
    assert "this server's own" not in lines["Ada"]


async def test_a_default_that_was_archived_is_not_said_to_answer(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="ada")
    await registry.press(troupe.office, ANN, asked.buttons[0].key)

    text = (await troupe.order(ANN, "persona list")).text

    assert "Ada" in text and "answers where nobody else was chosen" not in text


async def test_show_tells_all_but_the_voice(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "persona show", name="ADIE")).text

    for part in (
        "**Ada** `ada`",
        "shared",
        "Also answers to Adie",
        "curious",
        "Never claims to be human",
        "> Hi, I'm Ada",
    ):
        assert part in text
    assert "Why is the sky dark at night?" in text
    assert "Version 1, voice version 1" in text


async def test_an_unknown_persona_is_refused_with_where_to_look(troupe: Troupe) -> None:
    with pytest.raises(Refused, match=r"no persona called “Zo\\_e” here; /persona list"):
        await troupe.order(BOB, "persona show", name="Zo_e")


async def test_use_remembers_the_choice_and_carries_greeting_and_starters(troupe: Troupe) -> None:
    answer = await troupe.order(BOB, "persona use", name="halvard")

    chosen = await troupe.database.read(bindings.chosen, "discord", BOB.platform_id, "100")
    assert chosen == await id_of(troupe, "halvard")
    assert "Halvard" in answer.text and "> " in answer.text
    assert read_starter_key(answer.buttons[0].key) == (chosen, 0)


async def test_use_counts_in_one_guild_or_in_direct_messages_only(troupe: Troupe) -> None:
    await troupe.order(DAN, "persona use", name="halvard")

    read = troupe.database.read
    assert await read(bindings.chosen, "discord", DAN.platform_id, "") == await id_of(troupe, "halvard")
    assert await read(bindings.chosen, "discord", DAN.platform_id, "100") is None


async def test_use_tells_who_answers_first_in_a_bound_channel(troupe: Troupe) -> None:
    await troupe.order(ANN, "persona bind", name="ada")

    answer = await troupe.order(BOB, "persona use", name="halvard")

    assert "bound to Ada" in answer.text


async def test_a_persona_that_does_not_talk_yet_cannot_be_used(troupe: Troupe) -> None:
    await troupe.database.write(personas.set_status, (await id_of(troupe, "odile")), "coming_soon", 1)

    with pytest.raises(Refused, match="Odile is coming soon"):
        await troupe.order(BOB, "persona use", name="odile")


async def test_bind_gives_the_channel_away_and_owes_the_greeting(troupe: Troupe) -> None:
    answer = await troupe.order(ANN, "persona bind", name="ada")

    ada = await id_of(troupe, "ada")
    assert await troupe.database.read(bindings.of_channel, HERE) == Binding(ada, "always")
    assert troupe.outside.greeted == [(ANN.place, ada)]
    assert "answers everything said here" in answer.text


async def test_binding_the_same_again_greets_nobody(troupe: Troupe) -> None:
    await troupe.order(ANN, "persona bind", name="ada", mode="mention")

    answer = await troupe.order(ANN, "persona bind", name="ada", mode="mention")

    assert "already" in answer.text
    assert len(troupe.outside.greeted) == 1


async def test_unbind_takes_the_channel_back_once(troupe: Troupe) -> None:
    await troupe.order(ANN, "persona bind", name="ada")

    await troupe.order(ANN, "persona unbind")

    assert await troupe.database.read(bindings.of_channel, HERE) is None
    with pytest.raises(Refused, match="No persona is bound"):
        await troupe.order(ANN, "persona unbind")


async def test_in_the_terminal_whoever_is_bound_answers_everything(troupe: Troupe) -> None:
    bound = await troupe.order(OPERATOR, "persona bind", name="halvard", mode="mention")
    unbound = await troupe.order(OPERATOR, "persona unbind")

    assert "**Halvard** now answers everything said here" in bound.text
    assert unbound.text.endswith("/persona use chooses whom you talk with.")


async def test_why_explains_the_next_words_and_lists_the_rules(troupe: Troupe) -> None:
    text = (await troupe.order(BOB, "persona why")).text

    assert troupe.outside.judged == [""]
    assert "**Ada** would answer your next words here, because it mentions the bot." in text
    assert "1. it replies to a message of that persona\n2. **it mentions the bot**" in text


@pytest.mark.parametrize("given", ["55", "https://discord.com/channels/100/1001/55"])
async def test_why_explains_a_message_by_its_id_or_link(troupe: Troupe, given: str) -> None:
    troupe.outside.explanation = Explanation(False, "", "it was written by another bot")

    text = (await troupe.order(BOB, "persona why", message=given)).text

    assert troupe.outside.judged == ["55"]
    assert text.startswith("That message gets no answer, because it was written by another bot.")


@pytest.mark.parametrize(
    "given", ["https://discord.com/channels/200/1001/55", "https://discord.com/channels/100/1002/55", "no id!"]
)
async def test_why_does_not_look_into_other_channels(troupe: Troupe, given: str) -> None:
    with pytest.raises(Refused):
        await troupe.order(BOB, "persona why", message=given)

    assert troupe.outside.judged == []


async def test_archive_asks_first_and_then_archives_this_guilds_copy_only(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="halvard")
    before = await troupe.database.read(personas.called, "100", "halvard")
    done = await registry.press(troupe.office, ANN, asked.buttons[0].key)

    after = await troupe.database.read(personas.called, "100", "halvard")
    elsewhere = await troupe.database.read(personas.called, "200", "halvard")
    assert before and before.active
    assert after and (after.guild_id, after.status) == ("100", "archived")
    assert elsewhere and elsewhere.active and elsewhere.guild_id == ""
    assert "no longer answer in this server" in asked.text and "is archived" in done.text


async def test_an_archived_persona_is_brought_back(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="halvard")
    await registry.press(troupe.office, ANN, asked.buttons[0].key)
    with pytest.raises(Refused, match="Halvard is archived"):
        await troupe.order(BOB, "persona use", name="halvard")

    answer = await troupe.order(ANN, "persona archive", name="halvard", restore="yes")

    assert "is back" in answer.text
    assert (await troupe.order(BOB, "persona use", name="halvard")).buttons


async def test_archiving_twice_and_restoring_the_awake_say_so(troupe: Troupe) -> None:
    awake = await troupe.order(ANN, "persona archive", name="ada", restore="yes")
    asked = await troupe.order(ANN, "persona archive", name="ada")
    await registry.press(troupe.office, ANN, asked.buttons[0].key)
    again = await troupe.order(ANN, "persona archive", name="ada")

    assert "not archived" in awake.text
    assert "where nobody else was chosen" in asked.text
    assert "archived already" in again.text and not again.buttons


async def test_what_the_operator_archived_no_guild_brings_back(troupe: Troupe) -> None:
    asked = await troupe.order(OPERATOR, "persona archive", name="odile")
    await registry.press(troupe.office, OPERATOR, asked.buttons[0].key)

    with pytest.raises(Refused, match="operator"):
        await troupe.order(ANN, "persona archive", name="odile", restore="yes")


async def test_a_guild_reaches_no_other_guilds_personas(troupe: Troupe) -> None:
    await troupe.create(ANN)
    luna = await troupe.database.read(personas.called, "100", "luna")
    assert luna is not None

    assert "Luna" not in (await troupe.order(EVE, "persona list")).text
    for name in ("persona show", "persona use", "persona edit", "persona archive", "persona bind"):
        with pytest.raises(Refused, match="no persona called"):
            await troupe.order(EVE, name, name="luna")
    with pytest.raises(Refused, match="don't find that persona"):
        await registry.press(troupe.office, EVE, f"confirm:archive:{luna.id}")
    with pytest.raises(Refused, match="out of date"):
        await registry.submit(troupe.office, EVE, f"persona edit:{luna.id}:1:1", {"greeting": "Mine now."})


async def id_of(troupe: Troupe, name: str) -> str:
    persona = await troupe.database.read(personas.called, "", name)
    assert persona is not None
    return persona.id
