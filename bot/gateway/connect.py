"""Connects to Discord and stays until told to stop; what no second try mends is said in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import discord
import structlog

from bot.commands.base import Caller, Explanation, Finding, Line, Office
from bot.commands.words import count
from bot.gateway.avatars import Avatars
from bot.gateway.client import ShardedTroupe, TroupeClient
from bot.gateway.faults import FAILURES
from bot.gateway.hearing import Hearing
from bot.gateway.identify import Identify
from bot.gateway.normalise import PLATFORM
from bot.gateway.sender import DiscordSender
from bot.gateway.shards import Shard
from bot.health.vitals import Connection
from bot.intake.intake import Intake
from bot.ports import Clock, Said, Sender
from storage.database import Database

_log = structlog.get_logger()
Explain = Callable[[Said], Awaitable[Explanation]]
Judge = Callable[[Caller, str, Explain], Awaitable[Explanation]]
Diagnose = Callable[[Caller], Awaitable[tuple[Finding, ...]]]
Report = Callable[[], list[Line]]

INVITE = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    manage_webhooks=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
)
_WRONG_TOKEN = "Discord refused DISCORD_TOKEN; copy it anew from the developer portal (Bot, Reset Token)."
_UNREACHABLE = "Discord can't be reached ({}); check the network and start again."
_OTHER_SHARDS = "Discord asks for other shards; start again, and set SHARD_IDS and SHARD_COUNT only if it must be."
_FOR_GOOD = {4004: _WRONG_TOKEN, 4010: _OTHER_SHARDS, 4011: _OTHER_SHARDS}  # by the code it closed with
_CLOSED = "Discord closed the connection for good (code {}); see its documentation."
_NO_CONTENT = (
    "Discord: the Message Content Intent is off, so only mentions, direct messages and commands are read; "
    "switch it on in the developer portal (Bot, Privileged Gateway Intents)."
)
_NO_CONTENT_ASKED = (
    "Discord: TROUPE_MESSAGE_CONTENT is false, so only mentions, direct messages and commands are read; "
    "take it away to ask for every message."
)


class Refusal(Exception):
    """Discord will not have us; the message says what to do."""


class _MoreShards(Exception):
    """Discord asks for so many connections."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True, slots=True)
class Face:
    """What being on Discord needs; ``begin`` starts the house's work, ``rest`` lets it come to its end while
    we are still connected, ``office`` makes the commands' office, and ``watch`` learns where to ask about the line.
    Of ``shard_count`` shards, 0 for as many as Discord asks for, those of ``shard_ids`` are heard, or all; IDENTIFYs
    are ``identify_pause_s`` apart."""

    token: str
    content: bool
    pictures: Path
    intake: Intake
    database: Database
    clock: Clock
    senders: dict[str, Sender]
    begin: Callable[[], Awaitable[None]]
    rest: Callable[[], Awaitable[None]]
    office: Callable[[Judge, Diagnose, Report], Office]
    say: Callable[[str], None]
    watch: Callable[[Callable[[], Connection]], None]
    shard_ids: tuple[int, ...]
    shard_count: int
    identify_pause_s: float
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What to ask Discord for: the words of messages, and how many shards there are, 0 for not asked yet."""

    content: bool
    shards: int


async def connect(
    face: Face, stopping: asyncio.Event, on_tick: Callable[[Callable[[], Awaitable[None]]], None]
) -> None:
    """Stay connected until ``stopping`` is set; raises Refusal, or the StorageError that kept us from beginning."""
    wish = _Wish(face.content, face.shard_count)
    face = replace(face, begin=_once(face.begin))
    if not face.content:
        face.say(_NO_CONTENT_ASKED)
    while True:
        try:
            return await _stay(face, stopping, on_tick, wish)
        except _MoreShards as more:
            wish = replace(wish, shards=more.count)
        except discord.PrivilegedIntentsRequired:
            if not wish.content:
                raise
            face.say(_NO_CONTENT)
            wish = replace(wish, content=False)


def _once(begin: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """A house works on while we connect anew, as when an intent is taken away; it must not begin twice."""
    begun = False

    async def once() -> None:
        nonlocal begun
        if not begun:
            await begin()
            begun = True

    return once


def without_voice() -> None:
    """discord.py warns of missing voice libraries at every start, and we do not speak aloud."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


async def _stay(
    face: Face,
    stopping: asyncio.Event,
    on_tick: Callable[[Callable[[], Awaitable[None]]], None],
    wish: _Wish,
) -> None:
    without_voice()
    client = _client(face, wish)
    client.office = face.office(client.judge, client.diagnose, lambda: _report(client))
    client.identify = Identify(face.database, face.identify_pause_s)
    face.senders[PLATFORM] = DiscordSender(client, client.webhooks, Avatars(client, face.pictures))
    running = asyncio.create_task(_run(client, face, wish))
    ends = [asyncio.create_task(stopping.wait()), asyncio.create_task(client.ears.stranded.wait())]
    on_tick(client.save_cursors)
    face.watch(client.line)
    await asyncio.wait({running, *ends}, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if not running.done():
        if client.ears.failed is None:
            await face.rest()
            await client.save_cursors()
        await client.close()
    await running
    if client.ears.failed is not None:
        raise client.ears.failed


def _client(face: Face, wish: _Wish) -> TroupeClient:
    """One connection where one is enough, else one for each shard of ours."""

    def hearing(shard: Shard) -> Hearing:
        return Hearing(face.intake, face.database, face.clock, shard)

    ours = face.shard_ids or tuple(range(max(1, wish.shards)))
    if len(ours) > 1:
        shards: dict[str, Any] = {"shard_ids": ours, "shard_count": wish.shards}
        return ShardedTroupe(hearing, face.begin, content=wish.content, **shards, **face.options)
    one: dict[str, Any] = {"shard_id": ours[0], "shard_count": wish.shards} if wish.shards else {}
    return TroupeClient(hearing, face.begin, content=wish.content, **one, **face.options)


async def _run(client: TroupeClient, face: Face, wish: _Wish) -> None:
    """Log in and stay; raises Refusal for what no second try mends, PrivilegedIntentsRequired and _MoreShards."""
    try:
        with refusals():
            await client.login(face.token)
            if not wish.shards:
                await _ask_for_shards(client)
            face.say(_invitation(client))
            await _listen(client)
    finally:
        await client.close()


async def _ask_for_shards(client: TroupeClient) -> None:
    count, _, _ = await client.http.get_bot_gateway()
    if count > 1:
        _log.info("more_shards", count=count)
        raise _MoreShards(count)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what no second try mends into a Refusal; PrivilegedIntentsRequired passes."""
    try:
        yield
    except discord.PrivilegedIntentsRequired:
        raise
    except discord.LoginFailure as error:
        raise Refusal(_WRONG_TOKEN) from error
    except discord.ConnectionClosed as error:
        raise Refusal(_FOR_GOOD.get(error.code, _CLOSED.format(error.code))) from error
    except FAILURES as error:
        raise Refusal(_UNREACHABLE.format(type(error).__name__)) from error


async def _listen(client: TroupeClient) -> None:
    """Stay connected; discord.py trips over a gateway that refuses the very first connection, so begin anew then."""
    while True:
        try:
            return await client.connect(reconnect=True)
        except AttributeError:
            if isinstance(client, ShardedTroupe) or client.ws is not None:
                raise


def _invitation(client: TroupeClient) -> str:
    assert client.user is not None and client.application_id is not None  # after the login
    url = discord.utils.oauth_url(client.application_id, permissions=INVITE, scopes=("bot", "applications.commands"))
    return f"Discord: logged in as {client.user}. Invite me with {url}"


def _report(client: TroupeClient) -> list[Line]:
    return [
        Line("Discord", count(len(client.guilds), "server")),
        Line("Message content", "read" if client.content else "not allowed"),
    ]
