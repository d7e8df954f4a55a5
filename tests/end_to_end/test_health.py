"""Each part is broken for real, and /healthz, /readyz, /metrics, /status and ``python -m bot health`` say so."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.health.page import Page, PortTaken
from bot.office import make_office
from storage import conversations, work
from storage.engines.base import Transaction
from storage.records import Conversation
from storage.work import NewWork
from tests.console.running import piped
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger
from tests.end_to_end.troupe import Troupe, start
from tests.fakes.model_script import rate_limited
from tests.fakes.model_server import ModelServer
from tests.replication.copies import Place
from tests.storage.outside import Outside
from tests.twin import Channel, Fault, Person, Twin, status

PATIENCE_S = 15.0
QUICK = {"TROUPE_RETRY_WAIT_SECONDS": "0.1"}


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Asked:
    """What an endpoint said."""

    status: int
    body: dict[str, Any]

    @property
    def wrong(self) -> list[str]:
        return [name for name, part in self.body["parts"].items() if not part["ok"]]


@dataclass
class Watcher:
    """Somebody who runs a bot, and asks its endpoints over a socket."""

    bot: Troupe
    port: int

    async def text(self, path: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}{path}") as response,
        ):
            return response.status, await response.text()

    async def ask(self, path: str = "/readyz") -> Asked:
        status, text = await self.text(path)
        return Asked(status, json.loads(text))

    async def until(self, true: Callable[[Asked], bool]) -> Asked:
        """Ask until it is so, as an orchestrator does."""
        async with asyncio.timeout(PATIENCE_S):
            asked = await self.ask()
            while not true(asked):
                await asyncio.sleep(0.05)
                asked = await self.ask()
            return asked

    async def figure(self, name: str) -> float:
        """One figure by its name with its labels."""
        _, text = await self.text("/metrics")
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
        assert found, f"{name} is not among\n{text}"
        return float(found[1])


async def answered(twin: Twin, channel: Channel, ledger: Ledger) -> None:
    """Wait until a persona has said something there, and nothing is owed any more."""
    await twin.wait_for(lambda t: len(t.visible(channel)) > 1)
    await ledger.settled(twin)


@asynccontextmanager
async def watching(bot: Troupe) -> AsyncIterator[Watcher]:
    page, port = Page(bot.house.probe, bot.house.metrics), a_free_port()
    await page.open("127.0.0.1", port)
    yield Watcher(bot, port)
    await page.close()


@pytest.fixture
async def watcher(channel: Channel, troupe: Start) -> AsyncIterator[Watcher]:
    async with watching(await troupe(settings=QUICK)) as watcher:
        yield watcher


async def test_a_bot_that_is_well_says_so_with_every_part_measured(watcher: Watcher) -> None:
    alive, ready = await watcher.ask("/healthz"), await watcher.ask()

    assert (alive.status, alive.body["ok"], list(alive.body["parts"])) == (200, True, ["loop", "database"])
    assert (ready.status, ready.body["ok"], list(ready.body["parts"])) == (200, True, ["database", "work", "gateway"])
    database = ready.body["parts"]["database"]
    assert all(database[name] > 0 for name in ("write_ms", "read_ms", "size_bytes", "commits"))
    assert (database["log_bytes"] is None) is (watcher.bot.house.database.dialect == "postgres")
    assert alive.body["parts"]["database"]["read_ms"] > 0 and alive.body["parts"]["loop"]["turn_ms"] > 0


async def test_values_are_those_of_the_moment(watcher: Watcher) -> None:
    before = (await watcher.ask()).body["parts"]["database"]

    after = (await watcher.until(lambda asked: asked.body["parts"]["database"] != before)).body["parts"]["database"]

    assert after["commits"] > before["commits"]  # the probe itself writes


async def test_asking_leaves_nothing_behind(watcher: Watcher, ledger: Ledger) -> None:
    before = ledger.rows("SELECT * FROM markers ORDER BY name")

    await watcher.ask()

    assert ledger.rows("SELECT * FROM markers ORDER BY name") == before


async def test_a_writer_held_up_by_another_program_is_named_and_the_bot_lives_on(
    watcher: Watcher, outside: Outside
) -> None:
    with outside.held():
        held = await watcher.ask()
        alive = await watcher.ask("/healthz")
    free = await watcher.until(lambda asked: asked.status == 200)

    assert (held.status, held.wrong) == (503, ["database"])
    assert "no answer for 2 s" in held.body["parts"]["database"]["told"]
    assert alive.status == 200
    assert free.body["ok"]


async def test_five_who_ask_at_once_are_told_the_same_measure(watcher: Watcher) -> None:
    told = await asyncio.gather(*(watcher.ask() for _ in range(5)))

    assert all(asked.body == told[0].body for asked in told)


async def test_a_lost_gateway_is_named_until_it_is_back(watcher: Watcher, twin: Twin) -> None:
    twin.faults.add(Fault("GET", "/gateway", status(503), times=1_000_000))
    twin.gateway.drop()
    lost = await watcher.until(lambda asked: asked.status == 503)
    gone = await watcher.figure('troupe_part_ok{part="gateway"}')

    twin.faults.clear()
    back = await watcher.until(lambda asked: asked.status == 200)

    assert lost.wrong == ["gateway"] and gone == 0
    assert back.body["parts"]["gateway"]["reconnects"] == 1


def owe_late(tx: Transaction, scene: Conversation, now: int) -> None:
    """Something that should have been done an hour ago; no bell is rung for it."""
    late = NewWork("wrk_late", scene.id, "chat", scene.id, run_after=now - 3_600_000)
    later = NewWork("wrk_later", "elsewhere", "chat", scene.id, run_after=now + 3_600_000)
    for owed in (late, later):
        work.owe(tx, owed, now)


async def test_work_that_is_overdue_is_named_and_what_waits_for_a_later_hour_is_not(
    watcher: Watcher, channel: Channel, bob: Person, twin: Twin, ledger: Ledger
) -> None:
    await bob.say(channel, "Ada, hello")
    await answered(twin, channel, ledger)
    house = watcher.bot.house
    [scene] = await house.database.read(conversations.of_channel, "discord", str(channel.id), str(channel.guild.id))
    before = await watcher.ask()

    await house.database.write(owe_late, scene, house.world.clock.now())
    late = await watcher.until(lambda asked: asked.status == 503)

    assert before.status == 200
    assert late.wrong == ["work"]
    assert 3600 <= late.body["parts"]["work"]["oldest_due_s"] < 3700
    assert late.body["parts"]["work"]["waiting"] == before.body["parts"]["work"]["waiting"] + 2


async def test_a_litestream_that_died_is_named(twin: Twin, server: ModelServer, tmp_path: Path) -> None:
    place = Place(tmp_path, f"file://{tmp_path / 'replica'}")
    bot = await start(twin, server, f"sqlite:///{place.database}", settings={"REPLICA_URL": place.url})
    async with watching(bot) as watcher:
        before = await watcher.until(lambda asked: asked.status == 200)
        for deaths in range(4):  # each takes longer to be mended than the last
            await watcher.until(
                lambda asked, deaths=deaths: asked.status == 200 and asked.body["parts"]["backup"]["restarts"] == deaths
            )
            place.kill_litestream()
        dead = await watcher.until(lambda asked: asked.status == 503)
    await bot.stop()

    assert before.body["parts"]["backup"]["told"].startswith("running")
    assert dead.wrong == ["backup"]


async def test_status_tells_what_readyz_tells(watcher: Watcher, twin: Twin) -> None:
    twin.faults.add(Fault("GET", "/gateway", status(503), times=1_000_000))
    twin.gateway.drop()
    lost = await watcher.until(lambda asked: asked.status == 503)

    lines = {line.label: line.value for line in await make_office(watcher.bot.house).report()}

    assert lines["Health"] == "not well: gateway"
    assert lines["Gateway"] == f"❌ {lost.body['parts']['gateway']['told']}"


# ── figures ──


async def test_a_conversation_is_counted_from_hearing_to_delivery(
    watcher: Watcher, channel: Channel, bob: Person, twin: Twin, server: ModelServer, ledger: Ledger
) -> None:
    server.replies(rate_limited(retry_after="0.01"), "Blue.")
    twin.faults.add(Fault("POST", r"/webhooks/\d+/[^/]+", status(502)))
    await bob.say(channel, "Ada, which colour?")
    await answered(twin, channel, ledger)

    async def counted(name: str) -> float:
        return await watcher.figure(name)

    assert await counted('troupe_messages_heard_total{rule="NAMED"}') == 1
    assert await counted('troupe_model_calls_total{model="gpt-test",outcome="RATE_LIMITED"}') == 1
    assert await counted('troupe_model_calls_total{model="gpt-test",outcome="OK"}') == 1
    assert await counted('troupe_model_tokens_total{kind="completion",model="gpt-test"}') > 0
    assert await counted('troupe_work_tries_total{outcome="kept"}') == 1
    assert await counted('troupe_work_tries_total{outcome="RATE_LIMITED"}') == 1
    assert await counted('troupe_deliveries_total{outcome="DOUBT"}') == 1
    assert await counted('troupe_deliveries_total{outcome="sent"}') == 1
    assert await counted("troupe_before_model_seconds_count") == 1
    assert await counted("troupe_after_model_seconds_count") == 1
    assert await counted("troupe_outbox_doubtful") == 0
    assert await counted("troupe_commits_total") > 3
    assert await counted("troupe_database_bytes") > 0


async def test_figures_hold_no_words_no_names_and_no_ids(
    watcher: Watcher, channel: Channel, bob: Person, twin: Twin, server: ModelServer, ledger: Ledger
) -> None:
    server.answer = lambda body: "Marmalade sky."
    await bob.say(channel, "Ada, tangerine trees?")
    await answered(twin, channel, ledger)

    texts = [(await watcher.text(path))[1] for path in ("/metrics", "/readyz", "/healthz")]

    unsaid = ["tangerine", "Marmalade", "Bob", str(bob.id), str(channel.id), str(channel.guild.id), "wrk_", "msg_"]
    assert [word for word in unsaid for text in texts if word in text] == []


async def test_a_model_nobody_configured_is_counted_as_another(watcher: Watcher) -> None:
    for number in range(50):
        watcher.bot.house.metrics(
            "called", "wrk", model=f"m{number}", outcome="OK", prompt_tokens=1, completion_tokens=1, total_ms=1
        )

    assert await watcher.figure('troupe_model_calls_total{model="other",outcome="OK"}') == 50


# ── from the command line ──


async def health(folder: Path, port: int) -> tuple[int | None, str]:
    """What ``python -m bot health`` says, and its exit code."""
    asked = await asyncio.to_thread(piped, folder, "", "health", TROUPE_HEALTH_PORT=str(port))
    return asked.returncode, asked.stdout


async def test_the_command_line_asks_a_running_bot(watcher: Watcher, tmp_path: Path) -> None:
    code, said = await health(tmp_path, watcher.port)

    assert code == 0 and said.startswith("The bot is alive: loop turns in")


async def test_the_command_line_says_when_no_bot_answers(tmp_path: Path) -> None:
    port = a_free_port()

    code, said = await health(tmp_path, port)

    assert code == 1 and said.startswith(f"No bot answers on 127.0.0.1:{port}")


async def test_the_command_line_names_a_database_whose_threads_hang(watcher: Watcher, tmp_path: Path) -> None:
    gate = threading.Event()
    readers = [asyncio.create_task(watcher.bot.house.database.read(lambda tx: gate.wait(30))) for _ in range(8)]

    code, said = await health(tmp_path, watcher.port)
    gate.set()
    await asyncio.gather(*readers)

    assert code == 1 and said.startswith("The bot is not well: database does not answer: no answer for 2 s")


async def test_a_taken_port_that_nobody_chose_is_a_sentence(watcher: Watcher) -> None:
    page = Page(watcher.bot.house.probe, watcher.bot.house.metrics)

    with pytest.raises(PortTaken, match=f"127.0.0.1:{watcher.port} .* set TROUPE_HEALTH_PORT to a free port"):
        await page.open("127.0.0.1", watcher.port)


def test_a_taken_port_that_was_chosen_stops_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ran = piped(tmp_path, "hello\n", TROUPE_HEALTH_PORT=port)

    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1 and f":{port} " in ran.stderr


def test_a_bot_in_the_terminal_answers_for_its_health_where_a_port_is_set(tmp_path: Path) -> None:
    ran = piped(tmp_path, "hello\n", TROUPE_HEALTH_PORT=str(a_free_port()))

    assert ran.returncode == 0 and "Health: /healthz, /readyz and /metrics on 127.0.0.1:" in ran.stdout
