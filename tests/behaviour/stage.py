"""A virtual Discord with the real bot in it, on a database that outlives a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.gateway.avatars import Avatars
from bot.gateway.client import TroupeClient
from bot.gateway.connect import _report
from bot.gateway.hearing import Hearing
from bot.gateway.normalise import PLATFORM
from bot.gateway.sender import DiscordSender
from bot.house import House, World, open_database
from bot.models.openai_chat import OpenAIModel
from bot.models.provider import OpenAIProvider
from bot.office import make_office
from bot.personas.publish import VOICE, Edit, write_prompt
from bot.ports import Stages
from storage import personas
from tests.end_to_end.troupe import settings_for
from tests.fakes.model_server import ModelServer
from tests.storage.outside import Outside

T = TypeVar("T")
KEY = "sk-of-the-stage"  # of the model, which nobody else may learn
PATIENCE_S = 15.0
MASTER = {"TROUPE_MASTER_KEYS": "bWFzdGVyLW1hc3Rlci1tYXN0ZXItbWFzdGVyLTAxMjM="}


@dataclass
class Bot:
    """One start of the bot: a house, and the client that is its face."""

    house: House
    client: TroupeClient
    ready: asyncio.Event

    async def stop(self) -> None:
        """End as SIGTERM would."""
        await self.client.webhooks.close()
        await self.house.stop()


async def make_bot(url: str, server: ModelServer, settings: Mapping[str, str], stages: Stages) -> Bot:
    """Join the parts as bot/app.py does; the house is started when the client is ready."""
    chosen = settings_for(url, **MASTER, **settings)
    world = World(stages=stages)
    kept = await open_database(chosen, world.clock)
    server.models = ["gpt-test"]
    provider = OpenAIProvider(server.base_url, "key")
    house = House(chosen, kept, (OpenAIModel("gpt-test", server.base_url, KEY),), world, provider=provider)
    ready = asyncio.Event()

    async def begin() -> None:
        ready.set()

    client = TroupeClient(
        lambda shard: Hearing(house.intake, house.database, world.clock, shard), begin, content=chosen.message_content
    )
    client.office = make_office(house, client.judge, client.diagnose, lambda: _report(client))
    house.senders[PLATFORM] = DiscordSender(client, client.webhooks, Avatars(client, chosen.personas_dir))
    house.on_tick(client.save_cursors)
    house.watch(client.line)
    return Bot(house, client, ready)


@dataclass
class Stage:
    """The virtual Discord and the bot in it; ``guild`` is managed by ``alice`` and ``bob`` is a plain member."""

    env: simcord.Env
    server: ModelServer
    outside: Outside
    settings: Mapping[str, str]
    bot: Bot
    changed: asyncio.Event
    guild: Any = None
    channel: Any = None
    alice: Any = None
    bob: Any = None

    @staticmethod
    async def open(
        server: ModelServer, outside: Outside, settings: Mapping[str, str], options: Mapping[str, Any]
    ) -> Stage:
        """Build a guild with a channel and two members, and start the bot in it."""
        changed = asyncio.Event()
        bot = await make_bot(outside.url, server, settings, lambda *_, **__: changed.set())
        stage = Stage(
            simcord.Env(bot.client, settle_timeout=PATIENCE_S, **options), server, outside, settings, bot, changed
        )
        stage.env.backend.subscribers.append(stage._heard)
        stage.guild, stage.channel, stage.alice = stage.add_guild("Harbour", "alice")
        stage.bob = stage.guild.add_member(stage.env.create_user("bob", global_name="Bob"))
        await stage.env.start()
        await stage._begin()
        return stage

    def add_guild(self, name: str, manager: str) -> tuple[Any, Any, Any]:
        """A guild, its channel, and a member who may manage it."""
        guild = self.env.create_guild(name)
        role = guild.create_role("Keeper", permissions=discord.Permissions(manage_guild=True))
        user = self.env.create_user(manager, global_name=manager.title())
        return guild, guild.create_text_channel("general"), guild.add_member(user, roles=[role])

    async def _begin(self) -> None:
        """Start the house outside SimCord's own bookkeeping, which waits for the bot to fall silent."""
        await self.bot.ready.wait()
        with self.env.time_context():
            await self.bot.house.start()

    async def restart(self, **settings: str) -> None:
        """Stop the bot and start another on the same database and the same Discord."""
        await self.bot.stop()
        self.settings = {**self.settings, **settings}
        self.bot = await make_bot(self.outside.url, self.server, self.settings, lambda *_, **__: self.changed.set())
        await self.env.restart_bot(self.bot.client)
        await self._begin()

    async def close(self) -> None:
        """End everything; what the bot raised fails the test."""
        await self.bot.stop()
        await self.env.shutdown()
        self.env.raise_errors()
        assert [one for one in self.env.http_requests if not quiet(one.json)] == []

    @property
    def mention(self) -> str:
        """The bot's own mention."""
        return f"<@{self.env.backend.bot_user.id}>"

    async def bind(self, persona: str, mode: str) -> Any:
        """Give the channel to a persona; its greeting."""
        result = await self.alice.slash(self.channel, "persona bind", name=persona, mode=mode)
        return await self.reply(result.response.message)

    async def change(self, persona: str, **values: str) -> Any:
        """Edit a persona by its form, as Alice."""
        shown = await self.alice.slash(self.channel, "persona edit", name=persona)
        return await self.alice.submit_modal(shown, filled(shown.modal) | values)

    async def create(self, name: str, **values: str) -> Any:
        """Make a persona by its form, as Alice."""
        shown = await self.alice.slash(self.channel, "persona create")
        return await self.alice.submit_modal(shown, answers(name) | values)

    async def write_lore(self, title: str, **values: str) -> Any:
        """Write an entry of the channel's lorebook by its form, as Alice; it comes up by its title."""
        shown = await self.alice.slash(self.channel, "lore add")
        wanted = {"title": title, "keys": title, "content": f"{title} is haunted."}
        return await self.alice.submit_modal(shown, filled(shown.modal) | wanted | values)

    async def archive(self, persona: str) -> None:
        """Archive a persona and confirm it, as Alice."""
        asked = await self.alice.slash(self.channel, "persona archive", name=persona)
        await self.alice.click(asked.response, label=f"Archive {persona.title()}")

    async def lengthen_voice(self, persona: str) -> None:
        """Give a persona a voice that no form can hold, as a persona file may."""
        found = await self.bot.house.database.read(personas.own, "", persona)
        edit = Edit("file", "a longer file")
        words = "a very long voice " * 300
        house = self.bot.house
        await house.database.write(write_prompt, found.id, VOICE, words, edit, house.ids, house.world.clock.now())

    def own(self, member: Any) -> None:
        """Let the application be this member's, as Discord says at the login."""
        self.bot.client.application.owner = discord.Object(member.id)

    async def ban(self, persona: str, reason: str = "poses as somebody") -> Any:
        """Ban a persona by its form, as Alice, whose bot it is for so long."""
        self.own(self.alice)
        shown = await self.alice.slash(self.channel, "persona ban", name=persona)
        done = await self.alice.submit_modal(shown, {"reason": reason})
        self.own(self.bob)
        return done

    def demote(self, member: Any) -> None:
        """Take Manage Server from a member."""
        self.env.backend.remove_member_role(self.guild.id, member.id, self.guild.roles["Keeper"].id)

    def let_see(self, member: Any, command: str) -> None:
        """Show a member a command that Discord would hide from them, as an admin may."""
        found = self.env.backend.find_command(command.partition(" ")[0], None, type=1)
        self.guild.set_command_permissions(int(found["id"]), {member: True})

    def deny(self, *permissions: str) -> None:
        """Take permissions from the bot in the channel."""
        denied = discord.Permissions(**dict.fromkeys(permissions, True)).value
        overwrite = Overwrite(self.env.backend.bot_user.id, OverwriteType.MEMBER, deny=denied)
        self.env.backend.edit_channel(self.channel.id, {}, overwrites=[overwrite])

    def hook(self, name: str) -> None:
        """Somebody else's webhook in the channel."""
        self.env.backend.create_webhook(self.channel.id, name, self.alice.id)

    # ── looking ──

    def _heard(self, event: str, payload: Mapping[str, Any]) -> None:
        self.changed.set()

    async def until(self, found: Callable[[], T]) -> T:
        """What is found, as soon as it is; looked for again at everything that happens."""
        async with asyncio.timeout(PATIENCE_S):
            while not (thing := found()):
                self.changed.clear()
                await self.changed.wait()
            return thing

    async def reply(self, after: discord.Message, channel: Any = None) -> discord.Message:
        """The first thing a persona has said in the channel, to its end, after that message."""

        def found() -> discord.Message | None:
            sent = {str(cell) for row in look("SELECT * FROM deliveries WHERE state = 'sent'") for cell in row}
            later = (one for one in (channel or self.channel).history() if one.id > after.id)
            return next((one for one in later if str(one.id) in sent), None)

        with self.outside.look() as look:
            return await self.until(found)

    def owed(self) -> int:
        """How many pieces of work that people wait for there ever were."""
        return len(self.outside.rows("SELECT id FROM work WHERE capability <> 'extract'"))

    def requests(self, method: str, path: str) -> list[Any]:
        """The bot's requests so far whose path ends so."""
        return [one for one in self.env.http_requests if one.method == method and one.path.endswith(path)]

    def contents(self) -> dict[str, list[Any]]:
        """Every row of every table but those that count what happens by itself, and which orders were taken."""
        tables = {name: rows for name, rows in self.outside.whole().items() if name != "cursors"}
        return tables | {"events": [row for row in tables["events"] if not str(row[1]).startswith("order:")]}


def quiet(body: Any) -> bool:
    """Whether words sent to Discord can ring at most one person, whatever they say."""
    said = body.get("data", body) if isinstance(body, dict) else {}
    if not isinstance(said, dict) or not said.get("content"):
        return True
    allowed = said.get("allowed_mentions")
    return allowed is not None and not (allowed.get("parse") or allowed.get("roles")) and len(rung(said)) <= 1


def rung(said: Mapping[str, Any]) -> list[str]:
    """The people these words may ring."""
    return [str(one) for one in (said.get("allowed_mentions") or {}).get("users") or ()]


def texts(result: Any) -> str:
    """All that a command answered."""
    return "\n".join(one.content for one in (result.response, *result.followups) if one)


def filled(modal: Any) -> dict[str, str]:
    """What stands in a form when it opens."""
    fields = [one["component"] for one in modal["components"] if "component" in one]
    return {field["custom_id"]: field.get("value", "") for field in fields}


def answers(name: str) -> dict[str, str]:
    """A persona's form, well filled in."""
    return {
        "display_name": name,
        "description": f"{name}, an AI that knows the night sky.",
        "voice": f"You are {name}, an AI. You love stars.",
        "greeting": f"Good evening. I am {name}, an AI.",
        "starters": "What is up tonight?\nTell me of Mars",
    }
