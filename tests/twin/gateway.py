"""The websocket gateway: sessions with sequence numbers, replay on RESUME, and its faults."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from .faults import abort

if TYPE_CHECKING:
    from .hub import Hub
    from .messages import Message
    from .state import Json

MESSAGE_CONTENT = 1 << 15
ENDING = {1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}


def _unnoticed(frame: str) -> None:
    """Nobody wants to know what is out."""


class Link:
    """One websocket connection with its outgoing queue."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket, self.request = socket, request
        self.session: Session | None = None
        self.muted = self.frozen = False
        self.closed_with: int | None = None
        self.queue: asyncio.Queue[str | int] = asyncio.Queue()
        self.sent: Callable[[str], None] = _unnoticed

    def put(self, op: int, data: Any, **more: Any) -> None:
        """Queue a frame."""
        if not self.frozen:
            self.queue.put_nowait(json.dumps({"op": op, "d": data, "s": None, "t": None, **more}))

    async def write(self) -> None:
        """Send queued frames in order; a number closes the connection with that code."""
        while True:
            item = await self.queue.get()
            try:
                if isinstance(item, int):
                    self.closed_with = item
                    await self.socket.close(code=item)
                    return
                await self.socket.send_str(item)
                self.sent(item)
            except (ConnectionError, RuntimeError):
                return


@dataclass(eq=False)
class Session:
    """One identified session, which outlives its connection until it is ended."""

    id: str
    intents: int
    seq: int = 0
    buffer: list[tuple[int, str, Json]] = field(default_factory=list)
    link: Link | None = None
    shard: tuple[int, int] = (0, 1)

    def holds(self, guild_id: int) -> bool:
        """Tell whether a guild's events come on this session's shard; those of no guild come on the first."""
        number, count = self.shard
        return (guild_id >> 22) % count == number

    def push(self, event: str, data: Json) -> None:
        """Number an event, keep it for replay and send it when connected."""
        self.seq += 1
        self.buffer.append((self.seq, event, data))
        if self.link:
            self.link.put(0, data, s=self.seq, t=event)


class Gateway:
    """All sessions of the bot, and what a test may do to them."""

    def __init__(self, world: Hub) -> None:
        self.world = world
        self.url = ""
        self.heartbeat_interval = 41.25
        self.sessions: dict[str, Session] = {}
        self.links: set[Link] = set()
        self.identifies = self.resumes = 0
        self.shards = 1  # the least a client must divide itself into
        self.identified_at: list[float] = []
        self.sent: Callable[[str], None] = _unnoticed  # told of each frame that is out
        self._held: list[tuple[str, Json, Json, int]] | None = None

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one websocket connection until it closes."""
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        link = Link(socket, request)
        link.sent = self.sent
        self.links.add(link)
        writer = asyncio.create_task(link.write())
        link.put(10, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                payload = json.loads(frame.data)
                self._receive(link, payload["op"], payload.get("d"))
        await asyncio.wait({writer}) if link.closed_with else writer.cancel()
        self.links.discard(link)
        if link.session and link.session.link is link:
            link.session.link = None
            if (link.closed_with or socket.close_code) in ENDING:
                self._end(link.session)
        self.world.changed()
        return socket

    def _receive(self, link: Link, op: int, data: Any) -> None:
        if op == 1 and not link.muted:
            link.put(11, None)
        elif op == 2:
            self._identify(link, data)
        elif op == 6:
            self._resume(link, data)
        elif op == 8 and link.session:
            guild = self.world.guilds[int(data["guild_id"])]
            wanted = {int(each) for each in data.get("user_ids", guild.members)}
            members = [guild.member(user) for user in guild.members.values() if user.id in wanted]
            chunk = {"guild_id": str(guild.id), "members": members, "chunk_index": 0, "chunk_count": 1}
            link.session.push("GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})

    def _identify(self, link: Link, data: Json) -> None:
        self.identifies += 1
        self.identified_at.append(time.monotonic())
        if data["token"] != self.world.token:
            return link.queue.put_nowait(4004)
        if data["intents"] & MESSAGE_CONTENT and not self.world.allow_message_content:
            return link.queue.put_nowait(4014)
        shard = tuple(data.get("shard") or (0, 1))
        if shard[1] < self.shards or not 0 <= shard[0] < shard[1]:
            return link.queue.put_nowait(4011 if shard[1] < self.shards else 4010)
        session = Session(secrets.token_hex(16), data["intents"], link=link, shard=shard)
        link.session = self.sessions[session.id] = session
        guilds = (
            [guild for guild in self.world.guilds.values() if session.holds(guild.id)] if session.intents & 1 else []
        )
        ready: Json = {"v": 10, "user": self.world.bot.payload(), "private_channels": []}
        ready["guilds"] = [{"id": str(guild.id), "unavailable": True} for guild in guilds]
        ready |= {"session_id": session.id, "resume_gateway_url": self.url, "shard": list(shard)}
        ready["application"] = {"id": str(self.world.application_id), "flags": 0}
        session.push("READY", ready)
        for guild in guilds:
            session.push("GUILD_CREATE", guild.payload(whole=True))
        return self.world.changed()

    def _resume(self, link: Link, data: Json) -> None:
        self.resumes += 1
        session = self.sessions.get(data["session_id"] or "")
        if session is None or data["token"] != self.world.token:
            return link.put(9, False)
        if session.link:
            session.link.queue.put_nowait(4000)
        session.link, link.session = link, session
        session.buffer = [each for each in session.buffer if each[0] > (data["seq"] or 0)]
        for seq, event, body in session.buffer:
            link.put(0, body, s=seq, t=event)
        session.push("RESUMED", {})
        return self.world.changed()

    def _end(self, session: Session | None) -> None:
        if session:
            self.sessions.pop(session.id, None)
            session.link = None

    def dispatch(self, event: str, full: Json, bare: Json, intent: int) -> None:
        """Send an event to every session that asked for it, emptied where content is not its due."""
        if self._held is not None:
            return self._held.append((event, full, bare, intent))
        guild_id = int(full.get("guild_id") or (full["id"] if event.startswith("GUILD_") else 0))
        for session in self.sessions.values():
            if (not intent or session.intents & intent) and session.holds(guild_id):
                session.push(event, full if session.intents & MESSAGE_CONTENT else bare)
        return None

    def reconnect(self) -> None:
        """Ask every client to reconnect (op 7)."""
        for link in self.links:
            link.put(7, None)

    def invalidate(self, resumable: bool = False) -> None:
        """Tell every client that its session is invalid (op 9)."""
        for link in self.links:
            link.put(9, resumable)
            if not resumable:
                self._end(link.session)

    def close(self, code: int) -> None:
        """Close every connection with a code, which for some codes ends the session too."""
        for link in self.links:
            link.queue.put_nowait(code)
            if code in ENDING:
                self._end(link.session)

    def drop(self) -> None:
        """Cut every connection without a close frame."""
        for link in list(self.links):
            if link.session and link.session.link is link:
                link.session.link = None
            abort(link.request)

    def mute(self, *, frozen: bool = False) -> None:
        """Stop acknowledging heartbeats on the present connections, or when frozen send nothing at all."""
        for link in self.links:
            link.muted, link.frozen = True, frozen

    def hold(self) -> None:
        """Keep back all events from now on."""
        self._held = self._held or []

    def release(self, *, backwards: bool = False) -> None:
        """Send the events kept back, in order or backwards."""
        held, self._held = self._held or [], None
        for event in reversed(held) if backwards else held:
            self.dispatch(*event)

    def redeliver(self, message: Message, times: int = 1) -> None:
        """Send a message's creation again, with new sequence numbers."""
        for _ in range(times):
            self.world.announce("MESSAGE_CREATE", message)
