from dataclasses import replace

import pytest

from bot.commands import registry
from bot.commands.base import Command, Refused
from bot.ports import Place
from tests.commands.conftest import ANN, BOB, DAN, LUNA, OPERATOR, Troupe, managing

MANAGE = [command for command in registry.commands() if command.manage]
IN_GUILD = [command for command in registry.commands() if command.manage_in_guild]


def by_name(command: Command) -> str:
    return command.name


def test_what_changes_things_for_others_needs_the_right() -> None:
    needing = {command.name for command in (*MANAGE, *IN_GUILD)}

    assert needing == {
        "usage guild",
        "usage top",
        "usage persona",
        "persona create",
        "persona draft",
        "persona edit",
        "persona archive",
        "persona bind",
        "persona unbind",
        "prompt activate",
        "reset",
        "memory consolidate",
        "lore add",
        "lore edit",
        "lore remove",
        "queue list",
        "queue retry",
        "queue cancel",
        "quiet",
    }


@pytest.mark.parametrize("command", [*MANAGE, *IN_GUILD], ids=by_name)
async def test_without_the_right_it_is_refused_with_a_sentence(troupe: Troupe, command: Command) -> None:
    with pytest.raises(Refused, match="Manage Server"):
        await troupe.order(BOB, command.name)


@pytest.mark.parametrize("command", MANAGE, ids=by_name)
async def test_in_direct_messages_nobody_manages_what_all_servers_share(troupe: Troupe, command: Command) -> None:
    with pytest.raises(Refused, match="use it in a server"):
        await troupe.order(managing(DAN), command.name)


async def test_a_group_chat_is_no_place_to_manage_either(troupe: Troupe) -> None:
    group = replace(managing(DAN), place=Place("discord", "88", kind="channel"))

    with pytest.raises(Refused, match="use it in a server"):
        await troupe.order(group, "persona create")


async def test_a_form_sent_without_the_right_is_refused(troupe: Troupe) -> None:
    shown = await troupe.order(ANN, "persona create")

    with pytest.raises(Refused, match="Manage Server"):
        await troupe.fill(BOB, shown, **LUNA)


async def test_a_button_pressed_without_the_right_is_refused(troupe: Troupe) -> None:
    asked = await troupe.order(ANN, "persona archive", name="ada")

    with pytest.raises(Refused, match="Manage Server"):
        await registry.press(troupe.office, BOB, asked.buttons[0].key)


async def test_in_a_direct_message_everyone_may_reset_and_see_what_is_owed(troupe: Troupe) -> None:
    reset = await troupe.order(DAN, "reset")
    owed = await troupe.order(DAN, "queue list")

    assert "not talked here yet" in reset.text
    assert "Nothing is waiting" in owed.text


async def test_the_terminal_may_do_everything(troupe: Troupe) -> None:
    answer = await troupe.order(OPERATOR, "persona bind", name="ada")

    assert "Ada" in answer.text
