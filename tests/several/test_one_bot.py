"""Two bots on one token and one database, whether by mistake or to share the work, are one bot to people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise

import psycopg
import pytest

from tests.end_to_end.troupe import Troupe, start
from tests.fakes.model_server import ModelServer
from tests.several.crew import settled
from tests.twin import Channel, Guild, Interaction, Message, Person, Twin

Start = Callable[..., Awaitable[Troupe]]


@pytest.fixture
async def bot(twin: Twin, server: ModelServer, postgres_database: str) -> AsyncIterator[Start]:
    """Starts bots on one schema; each is stopped at the end unless the test stopped it."""
    started: list[Troupe] = []

    async def begin(**settings: str) -> Troupe:
        one = await start(twin, server, postgres_database, settings=settings)
        started.append(one)
        return one

    yield begin
    for one in started:
        if not one.stopping.is_set():
            await one.stop()


def of_the_bot(twin: Twin, channel: Channel) -> list[Message]:
    """What people see there of it."""
    return [message for message in twin.visible(channel) if message.webhook or message.author is twin.bot]


async def test_two_bots_that_hear_the_same_say_each_answer_once(
    twin: Twin, server: ModelServer, bot: Start, guild: Guild, bob: Person, zoe: Person, postgres_database: str
) -> None:
    rooms = [guild.add_text_channel(f"room-{number}") for number in range(4)] + [twin.dm(bob)]
    await bot()
    await bot()
    assert len(twin.gateway.sessions) == 2

    said = [await who.say(room, f"Ada, {n}?") for n, (who, room) in enumerate((bob, room) for room in rooms)]
    said += [await zoe.say(room, f"Ada, and {n}?") for n, room in enumerate(rooms[:-1])]
    await twin.wait_for(lambda twin: sum(len(of_the_bot(twin, room)) for room in rooms) >= len(said), 30)
    await settled(postgres_database)

    assert [len(of_the_bot(twin, room)) for room in rooms] == [2, 2, 2, 2, 1]
    assert len(server.calls) == len(said)
    assert len(twin.webhooks) == len(rooms) - 1  # one in each channel of the guild, whoever made it


async def test_a_person_stops_a_reply_that_another_process_makes(
    twin: Twin, server: ModelServer, bot: Start, channel: Channel, bob: Person, postgres_database: str
) -> None:
    hearing, working = await bot(TROUPE_ROLE="gateway"), None
    async with server.hold():
        said = await bob.say(channel, "Ada, are you there?")
        working = await bot(SHARD_IDS="1", SHARD_COUNT="2")  # it hears another part of Discord, and works for all
        await server.called()
        await bob.delete(said)
        await server.left()

    await settled(postgres_database)
    assert of_the_bot(twin, channel) == []
    assert hearing.house.settings.role == "gateway" and working.house.settings.role == "all"


async def test_each_gateway_reads_what_its_own_shards_missed(
    twin: Twin, server: ModelServer, bot: Start, bob: Person
) -> None:
    twin.gateway.shards = 2
    guilds = [twin.add_guild(f"Guild {shard}", shard=shard) for shard in (0, 1)]
    rooms = [guild.add_text_channel("general") for guild in guilds]
    for guild in guilds:
        guild.join(bob)
    for shard in ("0", "1"):
        first = await bot(SHARD_IDS=shard, SHARD_COUNT="2")
        await first.stop()
    missed = [*rooms, twin.dm(bob)]
    for room in missed[:2]:
        twin.backlog(room, bob, 1, "Ada, did you hear?")
    twin.requests.clear()

    await bot(SHARD_IDS="1", SHARD_COUNT="2")
    await twin.wait_for(lambda twin: of_the_bot(twin, rooms[1]), 20)
    read = {request.path for request in twin.requests if request.method == "GET"}

    assert f"/channels/{rooms[1].id}/messages" in read
    assert f"/channels/{rooms[0].id}/messages" not in read
    assert of_the_bot(twin, rooms[0]) == []

    await bot(SHARD_IDS="0", SHARD_COUNT="2")
    await twin.wait_for(lambda twin: of_the_bot(twin, rooms[0]), 20)


async def test_one_process_hears_as_many_shards_as_discord_asks_for(
    twin: Twin, server: ModelServer, bot: Start, bob: Person
) -> None:
    twin.gateway.shards = 2
    rooms = [twin.add_guild(f"Guild {shard}", shard=shard).add_text_channel("general") for shard in (0, 1)]
    for room in rooms:
        assert room.guild is not None
        room.guild.join(bob)

    await bot()
    await twin.wait_for(lambda twin: len(twin.gateway.sessions) == 2, 20)
    for room in [*rooms, twin.dm(bob)]:
        await bob.say(room, "Ada, hello?")
        await twin.wait_for(lambda twin, room=room: of_the_bot(twin, room), 20)

    assert {session.shard for session in twin.gateway.sessions.values()} == {(0, 2), (1, 2)}


async def test_processes_that_start_together_identify_one_after_another(
    twin: Twin, server: ModelServer, postgres_database: str
) -> None:
    bots = await asyncio.gather(*(start(twin, server, postgres_database, identify_pause_s=1.0) for _ in range(3)))
    for one in bots:
        await one.stop()

    moments = sorted(twin.gateway.identified_at)
    assert all(later - earlier > 0.9 for earlier, later in pairwise(moments))


async def test_what_is_ordered_of_two_bots_is_done_and_answered_once(
    twin: Twin, server: ModelServer, bot: Start, guild: Guild, channel: Channel, postgres_database: str
) -> None:
    await bot()
    await bot()
    keeper = guild.owner

    said = await keeper.slash(channel, "chat", {"message": "hello?", "persona": "ada"})
    shown = await keeper.slash(channel, "persona edit", {"name": "ada"})
    await twin.wait_for(lambda twin: shown.modal)
    sent = await keeper.submit_modal(shown, {"greeting": "Ahoy, I am Ada, an AI."})
    asked = await keeper.slash(channel, "persona archive", {"name": "odile"})
    question = await asked.answer()
    assert question.message is not None
    pressed = await keeper.click(question.message, question.data["components"][0]["components"][0]["custom_id"])
    answers = [(await one.answer()).content for one in (said, sent, pressed)]
    looked = await keeper.slash(channel, "persona list")
    await twin.wait_for(lambda twin: callbacks(twin, looked) == [200, 400])  # both are through with the rest

    assert [callbacks(twin, one) for one in (said, sent, asked, pressed)] == [[200]] * 4
    assert answers[0].endswith("to **Ada**: hello?") and "greeting" in answers[1] and "archived" in answers[2]
    await settled(postgres_database)
    assert len(server.calls) == 1


async def test_of_two_bots_that_both_ask_for_patience_one_answers(
    twin: Twin, server: ModelServer, bot: Start, guild: Guild, channel: Channel, postgres_database: str
) -> None:
    await bot()
    await bot()

    async with await psycopg.AsyncConnection.connect(postgres_database) as slow:
        await slow.execute("LOCK TABLE events")
        asked = await guild.owner.slash(channel, "persona use", {"name": "halvard"})
        await twin.wait_for(lambda twin: callbacks(twin, asked) == [200, 400])
    answer = await asked.answer()

    assert [one.kind for one in asked.responses][:1] == ["defer"] and len(asked.responses) == 2
    assert answer.content.startswith("You now talk with **Halvard**")


def callbacks(twin: Twin, interaction: Interaction) -> list[int | None]:
    """How each first word that was tried as an answer to it went."""
    return sorted(one.status or 0 for one in twin.requests if f"{interaction.token}/callback" in one.path)
