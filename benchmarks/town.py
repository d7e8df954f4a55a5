"""A local Discord and a local model server with people in them, noting when each step of a reply passed.

Both run in the benchmark's own process, the bot in another, so all four moments are told by one clock.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.child import Child, child
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Message, Person, Twin

_END = "The end."
_PATIENCE_S = 60.0
_NUMBER = re.compile(r"number (\d+)\?")


@dataclass(frozen=True, slots=True)
class Seat:
    """A person and where they talk."""

    person: Person
    channel: Channel


@dataclass(slots=True)
class Exchange:
    """The moments of one reply in seconds: said by a person, asked of the model, its last word out, shown whole.

    They are those at which the bot is given something and gives something: what is said has left Discord's socket, and
    requests are taken up where they arrive, before they are read.
    """

    said: float
    asked: float = 0.0
    spoken: float = 0.0
    shown: asyncio.Future[float] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def added_ms(self) -> tuple[float, float]:
        """What the bot added before the model and after it."""
        return (self.asked - self.said) * 1000, (self.shown.result() - self.spoken) * 1000


class _Watched(Twin):
    """A twin that tells when a bot's message reads whole."""

    waiting: dict[int, Exchange]

    def post(self, channel: Channel, body: Any, files: Any = None, **more: Any) -> Message:
        message = super().post(channel, body, files, **more)
        self._look(message)
        return message

    def edit(self, message: Message, body: Any, files: Any = None) -> Message:
        edited = super().edit(message, body, files)
        self._look(edited)
        return edited

    def _look(self, message: Message) -> None:
        exchange = self.waiting.get(message.channel.id)
        if exchange and not exchange.shown.done() and _END in message.content:
            exchange.shown.set_result(self.requests[-1].at)


@dataclass(frozen=True)
class _Timed(Says):
    """Streams, and notes when the last word was out."""

    town: Town | None = None

    async def _end(self, request: Any, response: Any, body: dict[str, Any], text: str) -> None:
        assert self.town is not None  # given by the only maker
        if exchange := self.town.of_question(body):
            exchange.spoken = time.monotonic()
        await super()._end(request, response, body, text)


class Town:
    """The twin, the model server and their people; made by ``open_town``."""

    def __init__(self, twin: _Watched, words: int, delay_s: float) -> None:
        self.twin = twin
        self.twin.waiting = {}
        self.twin.gateway.sent = self._left
        self.server = ModelServer(_Timed(pieces=words, delay_s=delay_s, town=self))
        self.server.answer = self._answer
        self._words = " ".join(f"word{number}" for number in range(words))
        self._asked: dict[int, Exchange] = {}
        self._guild = twin.add_guild("Town")

    def of_question(self, body: dict[str, Any]) -> Exchange | None:
        """The exchange whose words a request to the model ends with."""
        numbers = _NUMBER.findall(str(body["messages"][-1]["content"]))
        return self._asked.get(int(numbers[-1])) if numbers else None

    def seats(self, count: int) -> list[Seat]:
        """People at that many places: guild channels and direct messages by turns."""
        return [self._seat(number) for number in range(count)]

    def _seat(self, number: int) -> Seat:
        person = self.twin.add_user(f"Person {number}")
        if number % 2:
            return Seat(person, self.twin.dm(person))
        self._guild.join(person)
        return Seat(person, self._guild.add_text_channel(f"room-{number}"))

    async def exchange(self, seat: Seat) -> Exchange:
        """Say something and wait for the whole reply; raises TimeoutError."""
        number = self.twin.snowflake()
        exchange = Exchange(time.monotonic())
        self._asked[number] = self.twin.waiting[seat.channel.id] = exchange
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await seat.person.say(seat.channel, f"Ada, what can you tell me about number {number}?")
                await exchange.shown
        finally:
            del self._asked[number]
        self.server.calls.clear()
        self.twin.requests.clear()
        return exchange

    def bot(self, database: Path, **settings: str) -> AbstractAsyncContextManager[Child]:
        """The real bot in a process of its own, on that database file."""
        environ = {
            "DISCORD_TOKEN": self.twin.token,
            "DATABASE_URL": f"sqlite:///{database}",
            "OPENAI_BASE_URL": self.server.base_url,
            "OPENAI_MODELS": "fake-chat",
            "EMBEDDING_MODEL": "none",
            "LOG_LEVEL": "INFO",
        }
        return child("benchmarks.pointed", self.twin.base_url, self.twin.gateway_url, environ=environ | settings)

    def least_bot(self) -> AbstractAsyncContextManager[Child]:
        """The least bot there can be, for comparison."""
        twin = self.twin
        return child("benchmarks.least", twin.base_url, twin.gateway_url, self.server.base_url, twin.token)

    def _left(self, frame: str) -> None:
        """A frame is on its way to a bot; where it is somebody's question, that is when it was said."""
        number = _NUMBER.search(frame)
        if number and (exchange := self._asked.get(int(number[1]))):
            exchange.said = time.monotonic()

    def _answer(self, body: dict[str, Any]) -> str:
        if exchange := self.of_question(body):
            exchange.asked = self.server.calls[-1].at
        return f"{self._words} {_END}"


@asynccontextmanager
async def open_town(words: int = 10, delay_s: float = 0.005) -> AsyncIterator[Town]:
    """A town whose model says that many words, each after the delay."""
    async with (twin := _Watched()):
        town = Town(twin, words, delay_s)
        async with town.server:
            yield town
