"""A real database with the built-in personas, and an office whose outside is written down."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.bells import Bells
from bot.charts.chart import Chart
from bot.commands import registry
from bot.commands.base import Answer, Caller, Explanation, Finding, Keeping, Line, Office
from bot.drafting.rules import by_rules
from bot.drafting.writer import Draft, NoDraft
from bot.keys.keyring import Keyring
from bot.keys.seal import MasterKeys
from bot.personas.publish import publish_file, publish_house
from bot.ports import Place, Said
from bot.privacy.forget import Eraser
from config.dynamic import defaults
from config.persona_files import load_personas
from config.static import read_settings
from storage import conversations, outbox, people, work
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.ids import Ids
from storage.records import Conversation
from tests.storage.outside import File, aside

CONFIG = Path(__file__).parents[2] / "config"
NOW = 1_750_000_000_000
LUNA: Mapping[str, str] = {
    "display_name": "Luna",
    "description": "An AI that knows the night sky.",
    "voice": "You are Luna, an AI. You love stars.",
    "greeting": "Good evening. I am Luna, an AI.",
    "starters": "What is up tonight?\nTell me of Mars",
}


class StillClock:
    """A clock that a test moves."""

    def __init__(self, at: int = NOW) -> None:
        self.at = at

    def now(self) -> int:
        self.at += 1
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


ADA_ANSWERS = Explanation(True, "Ada", "it mentions the bot")


@dataclass
class Outside:
    """What commands asked of the world, and what it answers."""

    said: list[Said] = field(default_factory=list)
    greeted: list[tuple[Place, str]] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    owes: str = "wrk_1"
    explanation: Explanation = ADA_ANSWERS
    lines: tuple[Line, ...] = (Line("Database", "1.2 MB"),)
    findings: tuple[Finding, ...] = ()
    no_draft: str = ""
    drawn: list[Chart] = field(default_factory=list)

    async def speak(self, said: Said) -> str:
        self.said.append(said)
        return self.owes

    async def greet(self, place: Place, persona_id: str) -> str:
        self.greeted.append((place, persona_id))
        return "wrk_2"

    async def judge(self, caller: Caller, reference: str) -> Explanation:
        self.judged.append(reference)
        return self.explanation

    async def draft(self, caller: Caller, idea: str) -> Draft:
        if self.no_draft:
            raise NoDraft(self.no_draft)
        return by_rules(idea)

    async def draw(self, chart: Chart) -> bytes:
        self.drawn.append(chart)
        return b"a picture"

    async def report(self) -> tuple[Line, ...]:
        return self.lines

    async def diagnose(self, caller: Caller) -> tuple[Finding, ...]:
        return self.findings


@dataclass
class Troupe:
    """The office with its outside, and short ways to order."""

    office: Office
    outside: Outside

    @property
    def database(self) -> Database:
        return self.office.database

    async def order(self, caller: Caller, name: str, /, **arguments: str) -> Answer:
        return await registry.run(self.office, caller, name, arguments)

    async def create(self, caller: Caller, **changed: str) -> Answer:
        return await self.fill(caller, await self.order(caller, "persona create"), **{**LUNA, **changed})

    async def edit(self, caller: Caller, name: str, **changed: str) -> Answer:
        return await self.fill(caller, await self.order(caller, "persona edit", name=name), **changed)

    async def fill(self, caller: Caller, shown: Answer, **values: str) -> Answer:
        """Send a form as a person would: what they did not touch comes back as it stood there."""
        assert shown.form is not None
        stands = {asked.key: asked.value for asked in shown.form.fields}
        return await registry.submit(self.office, caller, shown.form.key, {**stands, **values})

    async def owe(self, caller: Caller, persona_id: str) -> str:
        return await self.database.write(_owe, caller, persona_id, self.office.ids)


def _owe(tx: Transaction, caller: Caller, persona_id: str, ids: Ids) -> str:
    conversation = scene(tx, caller, persona_id, ids)
    person = people.heard(tx, ids.new("psn"), caller.platform, caller.platform_id, caller.name, NOW)
    new = work.NewWork(ids.new("wrk"), conversation.id, "chat", conversation.id, person.id)
    work_id = work.owe(tx, new, NOW)
    outbox.owe(tx, outbox.NewPart(ids.new("dlv"), work_id, 0, conversation.id, 1, "shown so far"), NOW)
    return work_id


def scene(tx: Transaction, caller: Caller, persona_id: str, ids: Ids) -> Conversation:
    """The conversation of a persona in the caller's place."""
    place = caller.place
    where = Scene(place.platform, place.channel_id, place.guild_id, place.parent_id, place.kind, persona_id)
    return conversations.open(tx, ids.new("cnv"), where, NOW)


def in_guild(guild_id: str, name: str = "Bob", *, manage: bool = False) -> Caller:
    """Somebody in a channel of that guild."""
    place = Place("discord", f"{guild_id}1", guild_id)
    return Caller("discord", f"9{len(name)}", name, place, manage)


def managing(caller: Caller) -> Caller:
    """The same person with the right to manage."""
    return replace(caller, can_manage=True)


BOB = in_guild("100")
ANN = in_guild("100", "Ann the manager", manage=True)
EVE = in_guild("200", "Eve elsewhere", manage=True)
DAN = Caller("discord", "94", "Dan", Place("discord", "771", kind="dm"), can_manage=False)
OPERATOR = Caller(
    "terminal", "you", "You", Place("terminal", "terminal", kind="terminal"), can_manage=True, operates=True
)


def _publish(tx: Transaction, ids: Ids, clock: Callable[[], int]) -> None:
    for persona in load_personas(CONFIG / "personas").personas:
        publish_file(tx, persona, ids, clock())
    publish_house(tx, (CONFIG / "prompts" / "house.md").read_text("utf-8"), ids, clock())


@pytest.fixture(scope="session")
def peopled_file(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the built-in personas; it is copied, never used."""
    path = tmp_path_factory.mktemp("peopled") / "troupe.db"
    shutil.copy(model_file, path)
    before = StillClock(NOW - 1_000_000)
    aside(lambda database: database.write(_publish, Ids(before.now), before.now), File(path))
    return path


@pytest.fixture
async def troupe(tmp_path: Path, peopled_file: Path) -> AsyncIterator[Troupe]:
    clock, outside = StillClock(), Outside()
    ids, bells = Ids(clock.now), Bells()
    shutil.copy(peopled_file, tmp_path / "troupe.db")
    database = Database(await SQLiteEngine.open(tmp_path / "troupe.db"))
    office = Office(
        database=database,
        clock=clock,
        ids=ids,
        bells=bells,
        default_persona="ada",
        defaults=defaults(read_settings({})),
        models=("gpt-test", "gpt-small"),
        rules=("it replies to a message of that persona", "it mentions the bot"),
        speak=outside.speak,
        greet=outside.greet,
        judge=outside.judge,
        draft=outside.draft,
        report=outside.report,
        diagnose=outside.diagnose,
        forget=Eraser(database, bells, clock, tmp_path / "troupe.db", database.shrink_log).forget,
        keyring=Keyring(database, MasterKeys(), None),
        keeping=Keeping(90, 32),
        draw=outside.draw,
    )
    yield Troupe(office, outside)
    await database.close()
