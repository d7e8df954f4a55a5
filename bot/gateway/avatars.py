"""Pictures for webhooks: a URL as it is, a file as an application emoji, whose address never expires."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import discord
import structlog

from bot.gateway.faults import FAILURES

_log = structlog.get_logger()
_PREFIX = "face_"


class Avatars:
    """Finds the address of a persona's picture; a file goes to Discord once, however often the bot starts."""

    def __init__(self, client: discord.Client, folder: Path) -> None:
        self._client = client
        self._folder = folder
        self._urls: dict[str, str] = {}
        self._emojis: dict[str, str] | None = None
        self._lock = asyncio.Lock()

    async def url(self, avatar: str) -> str:
        """The address to show, or '' for none; a picture that can't go up never keeps a reply back."""
        if not avatar or avatar.startswith(("https://", "http://")):
            return avatar
        if avatar not in self._urls:
            async with self._lock:
                if avatar not in self._urls:
                    self._urls[avatar] = await self._from_file(avatar)
        return self._urls[avatar]

    async def _from_file(self, avatar: str) -> str:
        try:
            picture = await asyncio.to_thread((self._folder / avatar).read_bytes)
            name = _PREFIX + hashlib.sha256(picture).hexdigest()[:20]
            if self._emojis is None:
                self._emojis = await self._known()
            if name not in self._emojis:
                self._emojis[name] = await self._put_up(name, picture)
            return self._emojis[name]
        except (*FAILURES, ValueError) as error:
            _log.warning("no_avatar", avatar=avatar, reason=str(error))
            return ""

    async def _known(self) -> dict[str, str]:
        return {emoji.name: emoji.url for emoji in await self._client.fetch_application_emojis()}

    async def _put_up(self, name: str, picture: bytes) -> str:
        """Its address, also where another process was first: a name is given once."""
        try:
            return (await self._client.create_application_emoji(name=name, image=picture)).url
        except discord.HTTPException:
            known = await self._known()
            if name not in known:
                raise
            return known[name]
