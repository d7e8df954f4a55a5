"""What every part of the twin speaks of: permissions, refusals, times and users."""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
EPOCH = 1_420_070_400_000
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
TEXT, DM, THREAD, FORUM = 0, 1, 11, 15


class Permission(enum.IntFlag):
    """The permission bits the twin checks or hands out."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


ALL = sum(Permission)
BOT_PERMISSIONS = ALL & ~(Permission.ADMINISTRATOR | Permission.MANAGE_GUILD)
PEOPLE_PERMISSIONS = BOT_PERMISSIONS & ~(
    Permission.MANAGE_CHANNELS | Permission.MANAGE_MESSAGES | Permission.MANAGE_WEBHOOKS | Permission.MANAGE_THREADS
)


class Refusal(Exception):
    """An error answer with a Discord code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


def moment(snowflake: int) -> str:
    """Give the time inside a snowflake as Discord writes times."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH) / 1000, UTC).isoformat()


def clock(monotonic: float) -> str:
    """Give a monotonic time as Discord writes times."""
    return datetime.fromtimestamp(time.time() - time.monotonic() + monotonic, UTC).isoformat()


@dataclass(eq=False, kw_only=True)
class User:
    """A person or bot account."""

    id: int
    name: str
    bot: bool = False
    dms_closed: bool = False

    @property
    def mention(self) -> str:
        """Give the text that mentions this user."""
        return f"<@{self.id}>"

    def payload(self) -> Json:
        """Give the user object."""
        names = {"username": self.name, "global_name": self.name, "discriminator": "0", "avatar": None}
        return {"id": str(self.id), "bot": self.bot, "public_flags": 0, **names}
