"""What is logged at the most talkative level: the whole way of a reply under one key, and nothing that is private."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.console.running import environment
from tests.fakes.model_script import rate_limited, server_error
from tests.fakes.model_server import ModelServer
from tests.nursery import bear
from tests.twin import Channel, Fault, Person, Twin, rate_limit, reset, status

TOKEN, KEY, PASSWORD = "MTAy.to-ken-to.hide", "sk-key-to-hide", "password-to-hide"
ASKED, ANSWERED = "Which tangerine do you like?", "The marmalade one, with whipped skies."
EXECUTE = r"/webhooks/\d+/[^/]+"


@dataclass
class Logged:
    """All that a bot wrote from its start to its end."""

    said: str
    errors: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log; a line that is no JSON fails."""
        return [json.loads(line) for line in self.errors.splitlines()]


@pytest.fixture
async def hidden_twin() -> AsyncIterator[Twin]:
    """A twin whose token is worth hiding."""
    async with Twin(TOKEN) as twin:
        yield twin


async def converse(twin: Twin, server: ModelServer, channel: Channel, person: Person, folder: Path, url: str) -> Logged:
    """Start a bot, talk with it until it has answered twice, and end it."""
    with (folder / "errors").open("w+b") as errors:
        bot = await bear(
            *("tests.end_to_end.loud", twin.base_url, twin.gateway_url),
            env=environment(
                folder,
                DATABASE_URL=url,
                DISCORD_TOKEN=TOKEN,
                OPENAI_API_KEY=KEY,
                OPENAI_BASE_URL=server.base_url,
                OPENAI_MODELS="gpt-test",
                LOG_LEVEL="DEBUG",
                TROUPE_HEALTH_PORT="0",
                TROUPE_RETRY_WAIT_SECONDS="0.1",
            ),
            errors=errors.fileno(),
        )
        try:
            await twin.wait_for(lambda t: t.gateway.sessions)
            await person.say(channel, f"Ada, {ASKED}")
            await twin.wait_for(lambda t: ours(t, channel) == 1)
            await person.slash(channel, "chat", {"message": ASKED})
            await twin.wait_for(lambda t: ours(t, channel) >= 2)
        finally:
            bot.terminate()
            await bot.wait()
            said = await bot.stdout.read()
            bot.reading.close()
        errors.seek(0)
        return Logged(said.decode(), errors.read().decode())


def ours(twin: Twin, channel: Channel) -> int:
    """How many of our answers people can see there."""
    return sum(ANSWERED in message.content for message in twin.visible(channel))


@pytest.fixture
async def place(hidden_twin: Twin) -> tuple[Channel, Person]:
    guild = hidden_twin.add_guild("Guild")
    person = hidden_twin.add_user("Bobolink")
    guild.join(person)
    return guild.add_text_channel("general"), person


async def test_at_debug_level_no_words_and_no_secret_are_written_whatever_fails(
    hidden_twin: Twin, server: ModelServer, place: tuple[Channel, Person], tmp_path: Path, postgres_database: str
) -> None:
    server.answer = lambda body: ANSWERED
    server.replies(rate_limited(retry_after="0.01"), server_error())
    for fault in (rate_limit(0.05), status(502), reset(after_commit=True), status(500)):
        hidden_twin.faults.add(Fault("POST", EXECUTE, fault))
    url = postgres_database.replace("postgres:@", f"postgres:{PASSWORD}@")

    logged = await converse(hidden_twin, server, *place, tmp_path, url)

    assert any(line["event"] == "delivery_failed" for line in logged.lines)
    hooks = {str(hook.token) for hook in hidden_twin.webhooks.values()}
    tickets = set(hidden_twin.interactions)
    private = {TOKEN, KEY, PASSWORD, "tangerine", "marmalade", "Bobolink", *hooks, *tickets}
    written = logged.said + logged.errors
    assert hooks and tickets
    assert [word for word in private if word in written] == []


async def test_one_key_finds_the_whole_way_of_a_reply(
    hidden_twin: Twin, server: ModelServer, place: tuple[Channel, Person], tmp_path: Path
) -> None:
    server.answer = lambda body: ANSWERED

    logged = await converse(hidden_twin, server, *place, tmp_path, f"sqlite:///{tmp_path / 'troupe.db'}")

    [heard] = [line for line in logged.lines if line["event"] == "accepted" and line["rule"] == "NAMED"]
    found = [json.loads(line) for line in logged.errors.splitlines() if heard["work"] in line]
    steps = [line["event"] for line in found]
    assert steps[:3] == ["accepted", "claimed", "asked"] and steps[-1] == "sent"
    assert {"answered", "called", "kept", "delivering", "posted"} <= set(steps)
    assert heard["key"] in {str(message.id) for message in hidden_twin.messages(place[0])}
    assert all(line["delivery"].startswith("dlv_") for line in found if line["event"] in ("posted", "sent"))


async def test_what_libraries_log_is_told_in_the_same_form(
    hidden_twin: Twin, server: ModelServer, place: tuple[Channel, Person], tmp_path: Path
) -> None:
    server.answer = lambda body: ANSWERED
    hidden_twin.faults.add(Fault("GET", "/gateway", status(503)))

    logged = await converse(hidden_twin, server, *place, tmp_path, f"sqlite:///{tmp_path / 'troupe.db'}")

    told = [line for line in logged.lines if line.get("logger", "").startswith("discord")]
    assert told and all(line["level"] in ("warning", "error") and line["timestamp"] for line in told)
