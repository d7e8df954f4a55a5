"""What changes things for everyone needs Manage Server; everything else does not."""

from __future__ import annotations

import pytest

from bot.commands import registry
from bot.commands.base import Command
from tests.behaviour.stage import Stage, answers, texts
from tests.behaviour.test_commands import GIVEN

MANAGING = [
    pytest.param(command, id=command.name)
    for command in registry.commands()
    if command.manage or command.manage_in_guild
]
SHARED = [pytest.param(command, id=command.name) for command in registry.commands() if command.manage]


@pytest.mark.parametrize("command", MANAGING)
async def test_a_member_without_the_right_is_refused_and_nothing_changes(stage: Stage, command: Command) -> None:
    stage.let_see(stage.bob, command.name)
    before = stage.contents()

    result = await stage.bob.slash(stage.channel, command.name, **GIVEN.get(command.name, {}))

    assert "Manage Server" in texts(result)
    assert result.ephemeral
    assert result.modal is None
    assert stage.contents() == before


@pytest.mark.parametrize("command", SHARED)
async def test_what_servers_share_can_t_be_changed_in_a_direct_message(stage: Stage, command: Command) -> None:
    before = stage.contents()

    result = await stage.alice.user.slash(command.name, **GIVEN.get(command.name, {}))

    assert "for a whole server" in texts(result)
    assert result.modal is None
    assert stage.contents() == before


async def test_a_form_is_not_taken_from_who_lost_the_right_meanwhile(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona create")
    stage.demote(stage.alice)
    before = stage.contents()

    result = await stage.alice.submit_modal(shown, answers("Luna"))

    assert "Manage Server" in texts(result)
    assert stage.contents() == before


async def test_commands_that_are_all_for_managers_are_hidden_from_others(stage: Stage) -> None:
    for_bob = stage.bob.available_commands(stage.channel)
    for_alice = stage.alice.available_commands(stage.channel)

    assert {"queue list", "queue retry", "queue cancel", "quiet", "reset"} == set(for_alice) - set(for_bob)


async def test_in_a_direct_message_a_person_resets_and_sees_their_own_queue(stage: Stage) -> None:
    await stage.reply(await stage.bob.send_dm("hello"), stage.bob.user.dm_channel)

    assert "begins anew" in texts(await stage.bob.user.slash("reset"))
    assert "Nothing is waiting" in texts(await stage.bob.user.slash("queue list"))


async def test_bind_and_unbind_are_done_for_who_may(stage: Stage) -> None:
    bound = await stage.alice.slash(stage.channel, "persona bind", name="paloma")
    await stage.reply(bound.response.message)

    unbound = await stage.alice.slash(stage.channel, "persona unbind")
    owed = stage.owed()
    await stage.bob.send(stage.channel, "buenas tardes")

    assert "**Paloma** now answers everything said here" in texts(bound)
    assert "No persona is bound to this channel any more" in texts(unbound)
    assert stage.owed() == owed


async def test_binding_greets_the_channel(stage: Stage) -> None:
    bound = await stage.alice.slash(stage.channel, "persona bind", name="halvard")

    greeting = await stage.reply(bound.response.message)

    assert greeting.author.name == "Halvard"
    assert greeting.content.startswith("Evening. Halvard.")


async def test_binding_where_something_is_missing_points_to_the_doctor(deaf_stage: Stage) -> None:
    bound = await deaf_stage.alice.slash(deaf_stage.channel, "persona bind", name="halvard")

    assert "/doctor" in texts(bound)
