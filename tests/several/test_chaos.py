"""Three workers and two gateways, killed at random: every message is answered once, and each lane in its order.

``CHAOS_SECONDS`` says how long; `make chaos` takes a minute.
"""

from __future__ import annotations

import asyncio
import os
import time
from random import Random

import pytest

from tests.fakes.model_script import Says
from tests.several.crew import Crew, settled
from tests.twin import Channel, Message, Person

SECONDS = float(os.environ.get("CHAOS_SECONDS", "8"))
DM_NAMES = ("Cid", "Dot")


def lay_out(crew: Crew) -> list[tuple[Person, Channel]]:
    """A guild on each shard with two channels and three people, and two direct channels."""
    crew.twin.gateway.shards = 2
    seats = []
    for shard in (0, 1):
        guild = crew.twin.add_guild(f"Guild {shard}", shard=shard)
        people = [crew.twin.add_user(f"{name} {shard}") for name in ("Ann", "Ben", "Cleo")]
        for person in people:
            guild.join(person)
        rooms = [guild.add_text_channel(name) for name in ("general", "tea")]
        seats += [(person, room) for person in people for room in rooms]
    direct = [crew.twin.add_user(name) for name in DM_NAMES]
    return seats + [(person, crew.twin.dm(person)) for person in direct]


async def talk(seats: list[tuple[Person, Channel]], chance: Random, until: float) -> list[Message]:
    """People say things here and there, now and then several at once."""
    said = []
    while time.monotonic() < until:
        for person, room in chance.sample(seats, chance.randrange(1, 4)):
            said.append(await person.say(room, f"Ada, {len(said)}?"))
        await asyncio.sleep(chance.uniform(0.05, 0.35))
    return said


async def havoc(crew: Crew, chance: Random, until: float) -> int:
    """Kill one that has just come to work, again and again, and start another in its place; how often."""
    killed = 0
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        role = chance.choices(["worker", "gateway", "jobs"], [6, 2, 1])[0]
        at_work = [member for member in crew.members if member.role == role and member.at_work]
        if at_work:
            victim = chance.choice(at_work)
            await crew.kill(victim)
            await crew.start(role, **victim.settings)
            killed += 1
    return killed


@pytest.mark.timeout(SECONDS + 150)
async def test_workers_and_gateways_killed_at_random_answer_everything_once_and_in_order(crew: Crew) -> None:
    chance = Random(20261121)
    seats = lay_out(crew)
    crew.server.answer = lambda body: f"Answer {len(crew.server.calls)}. {'word ' * chance.randrange(9)}done."
    crew.server._default = Says(pieces=6, delay_s=0.05)
    for number in (0, 1):
        await crew.start("gateway", SHARD_IDS=str(number), SHARD_COUNT="2")
    for _ in range(3):
        await crew.start("worker", TROUPE_WORKERS="8")
    await crew.start("jobs")
    await crew.begun()
    said = [await person.say(room, "Ada, hello?") for person, room in seats]  # Discord lists no direct channel
    await settled(crew.url, len(said))

    until = time.monotonic() + SECONDS
    more, killed = await asyncio.gather(talk(seats, chance, until), havoc(crew, chance, until))
    said += more
    await settled(crew.url, len(said))
    await crew.dismiss()

    assert killed > 2
    assert await crew.answered() == {str(message.id): ("done", 1) for message in said}
    for room in {room for _, room in seats}:
        shown = [message.content.removeprefix("**Ada**\n") for message in crew.seen(room)]
        assert shown == await crew.replies(room)
