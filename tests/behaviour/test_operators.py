"""Whose bot it is on Discord: the application's owner, or those of its team who may change it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.conftest import Start
from tests.end_to_end.conftest import troupe as troupe
from tests.twin import Channel, Guild, Person, Twin

ACCEPTED, INVITED = 2, 1


def member(person: Person, role: str, state: int = ACCEPTED) -> dict[str, Any]:
    return {"membership_state": state, "permissions": ["*"], "role": role, "team_id": "1", "user": person.payload()}


def team(owner: Person, *members: dict[str, Any]) -> dict[str, Any]:
    return {"id": "1", "name": "Team", "icon": None, "owner_user_id": str(owner.id), "members": list(members)}


async def may_ban(person: Person, channel: Channel) -> bool:
    """Whether the order is answered by the form and not by a refusal."""
    asked = await person.slash(channel, "persona ban", {"name": "odile"})
    await asked.world.wait_for(lambda _: asked.responses)
    return asked.responses[0].kind == "modal"


async def test_the_owner_of_the_application_is_the_operator_and_the_owner_of_a_server_is_not(
    twin: Twin, guild: Guild, channel: Channel, troupe: Start
) -> None:
    other = twin.add_guild("Other")
    elsewhere = other.add_text_channel("general")
    await troupe()

    assert await may_ban(guild.owner, channel)
    assert not await may_ban(other.owner, elsewhere)


@pytest.mark.parametrize(
    ("role", "state", "allowed"),
    [
        ("admin", ACCEPTED, True),
        ("developer", ACCEPTED, True),
        ("read_only", ACCEPTED, False),
        ("admin", INVITED, False),
    ],
)
async def test_of_a_team_those_who_may_change_the_application_are_operators(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start, role: str, state: int, allowed: bool
) -> None:
    twin.team = team(guild.owner, member(guild.owner, "admin"), member(bob, role, state))
    await troupe()

    assert await may_ban(bob, channel) is allowed
    assert await may_ban(guild.owner, channel)
