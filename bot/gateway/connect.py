"""Connects to Discord and stays until told to stop; what no second try mends is said in a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord

from bot.commands.base import Caller, Explanation, Finding, Line, Office
from bot.commands.words import count
from bot.gateway.avatars import Avatars
from bot.gateway.client import TroupeClient
from bot.gateway.faults import FAILURES
from bot.gateway.hearing import Hearing
from bot.gateway.normalise import PLATFORM
from bot.gateway.sender import DiscordSender
from bot.health.vitals import Connection
from bot.intake.intake import Intake
from bot.ports import Clock, Said, Sender
from storage.database import Database

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
_NO_CONTENT = (
    "Discord: the Message Content Intent is off, so only mentions, direct messages and commands are read; "
    "switch it on in the developer portal (Bot, Privileged Gateway Intents)."
)


class Refusal(Exception):
    """Discord will not have us; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Face:
    """What being on Discord needs; ``begin`` starts the house's work, ``rest`` lets it come to its end while
    we are still connected, ``office`` makes the commands' office, and ``watch`` learns where to ask about the line."""

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
    options: Mapping[str, Any] = field(default_factory=dict)
    client: type[TroupeClient] = TroupeClient


async def connect(
    face: Face, stopping: asyncio.Event, on_tick: Callable[[Callable[[], Awaitable[None]]], None]
) -> None:
    """Stay connected until ``stopping`` is set; raises Refusal, or the StorageError that kept us from beginning."""
    try:
        await _stay(face, stopping, on_tick, content=face.content)
    except discord.PrivilegedIntentsRequired:
        face.say(_NO_CONTENT)
        await _stay(face, stopping, on_tick, content=False)


def _without_voice() -> None:
    """discord.py warns of missing voice libraries at every start, and we do not speak aloud."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


async def _stay(
    face: Face,
    stopping: asyncio.Event,
    on_tick: Callable[[Callable[[], Awaitable[None]]], None],
    *,
    content: bool,
) -> None:
    _without_voice()
    hearing = Hearing(face.intake, face.database, face.clock)
    client = face.client(hearing, face.begin, content=content, **face.options)
    client.office = face.office(client.judge, client.diagnose, lambda: _report(client))
    face.senders[PLATFORM] = DiscordSender(client, client.webhooks, Avatars(client, face.pictures))
    running = asyncio.create_task(_run(client, face))
    ends = [asyncio.create_task(stopping.wait()), asyncio.create_task(client.stranded.wait())]
    on_tick(client.save_cursors)
    face.watch(client.line)
    await asyncio.wait({running, *ends}, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if not running.done():
        if client.failed is None:
            await face.rest()
            await client.save_cursors()
        await client.close()
    await running
    if client.failed is not None:
        raise client.failed


async def _run(client: TroupeClient, face: Face) -> None:
    """Log in and stay; raises Refusal for what no second try mends, and PrivilegedIntentsRequired."""
    try:
        await client.login(face.token)
        face.say(_invitation(client))
        await _listen(client)
    except discord.PrivilegedIntentsRequired:
        raise
    except discord.LoginFailure as error:
        raise Refusal(_WRONG_TOKEN) from error
    except discord.ConnectionClosed as error:
        raise Refusal(f"Discord closed the connection for good (code {error.code}); see its documentation.") from error
    except FAILURES as error:
        raise Refusal(_UNREACHABLE.format(type(error).__name__)) from error
    finally:
        await client.close()


async def _listen(client: TroupeClient) -> None:
    """Stay connected; discord.py trips over a gateway that refuses the very first connection, so begin anew then."""
    while True:
        try:
            return await client.connect(reconnect=True)
        except AttributeError:
            if client.ws is not None:
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
