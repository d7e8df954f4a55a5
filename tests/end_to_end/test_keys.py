"""Many people at once, each on the key that is nearest, and no key where it does not belong."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.commands.base import Caller
from bot.drafting.writer import NoDraft
from bot.models.provider import OpenAIProvider
from bot.office import make_office
from bot.ports import ModelFault, Place
from storage.provider_keys import Owner
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, replies
from tests.fakes.model_script import server_error, wrong_key
from tests.fakes.model_server import Call, ModelServer
from tests.storage.outside import Outside
from tests.twin import Channel, Guild, Person, Twin

MASTER = {"TROUPE_MASTER_KEYS": "bWFzdGVyLW1hc3Rlci1tYXN0ZXItbWFzdGVyLTAxMjM="}
OTHER_MASTER = {"TROUPE_MASTER_KEYS": "c29tZS1vdGhlci1tYXN0ZXIta2V5LTAxMjM0NTY3ODk="}
QUICK = {"TROUPE_RETRY_WAIT_SECONDS": "0.05", "TROUPE_WORK_ATTEMPTS": "3"}
BOTS = "key"  # what the bot itself is started with
PEOPLE = 12


def key_of(call: Call) -> str:
    return call.headers["authorization"].removeprefix("Bearer ")


def written(folder: Path) -> bytes:
    """The raw bytes of a file's database and its log."""
    return b"".join(path.read_bytes() for path in folder.glob("troupe.db*"))


async def test_each_of_many_at_once_is_answered_by_a_client_and_a_key_of_their_own(
    twin: Twin,
    server: ModelServer,
    troupe: Start,
    outside: Outside,
    ledger: Ledger,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    bot = await troupe(settings=MASTER, provider=OpenAIProvider(server.base_url, BOTS))
    keep = bot.house.keyring.keep
    with_key, without = twin.add_guild("With a key"), twin.add_guild("Without")
    guilds = f"sk-guild-{secrets.token_hex(8)}"
    await keep(Owner("guild", "discord", str(with_key.id)), guilds, 1)
    scenes: list[tuple[Person, Channel, str]] = []
    for number in range(PEOPLE):
        person, guild = twin.add_user(f"Person{number}"), (with_key, without)[number % 2]
        guild.join(person)
        alone = number % 4 == 3
        key = guilds if guild is with_key and not alone else BOTS
        if number % 3:
            key = f"sk-own-{secrets.token_hex(8)}"
            await keep(Owner("person", "discord", str(person.id)), key, 1)
        scenes.append((person, twin.dm(person) if alone else guild.add_text_channel(f"room{number}"), key))

    with capture_logs() as logs:
        async with server.hold() as gate:
            said = (who.say(where, f"Ada, word{at}.") for at, (who, where, _) in enumerate(scenes))
            await asyncio.gather(*said)
            await server.called(PEOPLE)  # all of them are asked at the same time
            gate.open()
        await ledger.settled(twin)

    met: dict[str, set[tuple[str, int]]] = {}
    for call in server.calls:
        words = call.body["messages"][-1]["content"]
        [key] = [key for at, (_, _, key) in enumerate(scenes) if f"word{at}." in words]
        assert key_of(call) == key
        met.setdefault(key, set()).add(call.peer)
    sockets = [peer for peers in met.values() for peer in peers]
    assert len(sockets) == len(set(sockets)), "no connection carried two keys"
    assert {key for _, _, key in scenes} == met.keys() >= {guilds, BOTS}
    told = f"{logs} {caplog.text} {outside.whole()} {bot.house.keyring!r}"
    raw = written(tmp_path)
    assert not [key for key in met.keys() - {BOTS} if key in told or key.encode() in raw]


async def test_what_is_wrong_with_somebodys_key_is_theirs_alone(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    provider = OpenAIProvider(server.base_url, BOTS)
    bot = await troupe(settings=MASTER | QUICK, provider=provider)
    await bot.house.keyring.keep(Owner("person", "discord", str(zoe.id)), "sk-zoe-0123456789abcdef", 1)
    await bot.house.keyring.keep(Owner("guild", "discord", str(guild.id)), "sk-guild-0123456789abcdef", 1)

    async def answer(text: str) -> str:
        before = len(replies(twin, channel))
        await zoe.say(channel, text)
        await twin.wait_for(lambda t: len(replies(t, channel)) > before)
        await ledger.settled(twin)
        return replies(twin, channel)[-1].content.removeprefix("-# ")

    server.replies(*(server_error() for _ in range(6)))
    failed = [await answer(f"Ada, once more {number}") for number in range(2)]
    server.replies(wrong_key("sk-zoe-0123456789abcdef"))
    refused = await answer("Ada, and now?")
    up = bot.house.breakers.told("gpt-test")
    caller = Caller("discord", str(zoe.id), "Zoe", Place("discord", str(channel.id), str(guild.id)), can_manage=True)
    with suppress(NoDraft):  # what it comes to is not asked here, but who pays
        await make_office(bot.house).draft(caller, "a lighthouse keeper")
    paid = len(server.calls)
    await bot.stop()

    bot = await troupe(settings=OTHER_MASTER | QUICK, provider=provider)
    lost = await answer("Ada, hello again")
    twin.remove_guild(guild)
    await ledger.until(twin, "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM provider_keys WHERE kind = 'guild')")

    assert failed == [ModelFault.UNREACHABLE.value] * 2
    assert up == "gpt-test up", "six failures of hers are none of the bot's"
    assert (refused, lost) == (ModelFault.OWN_KEY_REFUSED.value, ModelFault.OWN_KEY_LOST.value)
    assert len(server.calls) == paid > 7, "with a key that can't be opened nothing is sent"
    assert {key_of(call) for call in server.calls} == {"sk-zoe-0123456789abcdef"}, "nobody else pays"
    assert "sk-zoe" not in str(ledger.rows("SELECT detail FROM work"))
