"""The running bot without a face: storage, ear, hands and mouth joined, to be started and stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import structlog

from bot.bells import Bells
from bot.breakers import Breakers
from bot.capabilities.base import Budget
from bot.capabilities.registry import registry
from bot.clock import SystemClock
from bot.health.metrics import Metrics
from bot.health.probe import Probe, Watched
from bot.health.vitals import Connection, Copying
from bot.intake.intake import Intake, Policy
from bot.jobs.daily import Daily
from bot.jobs.drill import drill_when_due
from bot.jobs.release import release, sweep
from bot.jobs.tidy import tidy_when_due
from bot.jobs.timetable import Jobs, Rounds, rounds, timetable
from bot.jobs.turn import Scheduler, take_turns
from bot.keys.keyring import Keyring
from bot.keys.seal import MasterKeys
from bot.leases import Leases
from bot.memory.embedding import Embedding
from bot.memory.memory import Memory
from bot.memory.owing import Patience
from bot.models.offline import OFFLINE
from bot.models.provider import missing
from bot.outbox.deliver import Deliverer, Post
from bot.outbox.live import Drafts
from bot.outbox.pace import Pace
from bot.personas import present
from bot.personas.publish import publish_file, publish_house
from bot.ports import Clock, Embedder, Model, ModelFailed, Provider, Sender, Stages, both, unwatched
from bot.privacy.forget import Eraser
from bot.privacy.replay import replay
from bot.replication.child import FAR_BEHIND_S, Child
from bot.replication.drill import prove
from bot.replication.opening import attach, bounds_for
from bot.settings.snapshots import Snapshots
from bot.spending.price import priced
from bot.wire import Wire
from bot.work.retry import Limits
from bot.work.worker import Worker, Workshop
from config.dynamic import defaults
from config.embedders import fastembed_model
from config.master_keys import master_keys
from config.persona_files import load_personas
from config.prices import Prices, read_prices
from config.static import Static
from storage import migrate
from storage.backups import Shelf
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.driver import Bounds
from storage.ids import Ids
from storage.opening import Opened, open_url
from storage.records import ModelCall

_log = structlog.get_logger()
_HOUSE_RULES = Path(__file__).parent.parent / "config" / "prompts" / "house.md"
_STOP_GRACE_S = 4.0
_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class World:
    """What a start may choose: time, chance, who watches each step, options for discord.py's client, and how many
    seconds two sessions with Discord must begin apart."""

    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=Random)
    stages: Stages = unwatched
    discord_options: Mapping[str, Any] = field(default_factory=dict)
    identify_pause_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Kept:
    """The opened database with what the opening found to say."""

    opened: Opened
    ids: Ids
    problems: tuple[str, ...]
    replication: Child | None = None

    @property
    def database(self) -> Database:
        """What everything is read from and written to."""
        return self.opened.database

    async def close(self) -> None:
        """Close the database, give the copy the last commits, and only then let another bot start."""
        try:
            await self.opened.database.close()
            if self.replication is not None:
                await self.replication.stop()
        finally:
            self.opened.release()


async def open_database(settings: Static, clock: Clock, sessions: type[Any] | None = None) -> Kept:
    """Lock, open, migrate, publish; raises a StorageError with everything let go again.

    ``sessions`` is what the connections to a server are made of, else the driver's own.
    """
    replication: Child | None = None

    async def ready() -> Bounds:
        nonlocal replication
        replication = await attach(settings)
        return bounds_for(replication)

    try:
        opened = await open_url(settings.database_url.get_secret_value(), ready, sessions=sessions)
    except BaseException:
        if replication is not None:
            await replication.stop()
        raise
    ids = Ids(clock.now)
    kept = Kept(opened, ids, (), replication)
    try:
        shelf = Shelf(settings.database_path, settings.migration_backups, clock.now)
        await migrate.up(opened.database, clock.now, first=shelf.put)
        await replay(opened.database, settings.database_path, clock.now())
        problems = await opened.database.write(_publish, settings, ids, clock.now())
        if replication is not None:
            await replication.start()
    except BaseException:
        await kept.close()
        raise
    return replace(kept, problems=problems)


def _publish(tx: Transaction, settings: Static, ids: Ids, now: int) -> tuple[str, ...]:
    found = load_personas(settings.personas_dir)
    publish_house(tx, _HOUSE_RULES.read_text("utf-8"), ids, now)
    for persona in found.personas:
        publish_file(tx, persona, ids, now)
    left_out = [f"Persona left out: {problem}" for problem in found.problems]
    if not present.default(tx, "", settings.default_persona):
        cure = "set TROUPE_DEFAULT_PERSONA to one of those that /persona list shows."
        left_out.append(f"Nobody answers by default, for no {settings.default_persona} is there to do so; {cure}")
    return tuple(left_out)


def prices_for(settings: Static, models: tuple[Model, ...]) -> Prices:
    """The operator's prices; what answers on this machine costs nothing unless it is listed."""
    found = not settings.openai_api_key.get_secret_value() and not settings.openai_base_url
    here = found or urlsplit(settings.openai_base_url).hostname in _HERE
    free = {OFFLINE, *(model.name for model in models if here)}
    return replace(read_prices(settings.prices_file), free=frozenset(free))


class House:
    """Ear, hands, mouth and clock on one database, as far as the role asks for them.

    Senders are put in by the faces before ``start``.
    """

    def __init__(
        self,
        settings: Static,
        kept: Kept,
        models: tuple[Model, ...],
        world: World,
        embedder: Embedder | None = None,
        provider: Provider | None = None,
    ) -> None:
        self.settings = settings
        self.world = world
        self.database = kept.database
        self.ids = kept.ids
        self.bells = Bells()
        self.senders: dict[str, Sender] = {}
        self.breakers = Breakers(world.clock)
        self.models = tuple(self.breakers.guard(model) for model in models)
        self.prices = prices_for(settings, models)
        masters = MasterKeys(master_keys(settings.master_keys.get_secret_value()))
        self.keyring = Keyring(kept.database, masters, provider)
        self.unlisted: tuple[str, ...] = ()
        embedding = (
            Embedding(kept.database, embedder, self.bells.passages, world.clock, self._bill(embedder))
            if embedder
            else None
        )
        self._memory = Memory(kept.database, embedding)
        self.started_at = world.clock.now()
        self.replication = kept.replication
        self._kept = kept
        self.metrics = Metrics([model.name for model in models], self.breakers.states())
        self.probe = Probe(self._watched())
        self._stages = both(world.stages, self.metrics)
        policy = Policy(settings.default_persona, int(settings.answer_age_seconds * 1000), self._patience())
        self.intake = Intake(self.database, self.bells, policy, world.clock, self.ids, self._stages)
        post = Post(self.database, self.senders, Pace(world.clock), world.clock, self._stages)
        self._leases = Leases(world.clock, int(settings.lease_seconds * 1000))
        name = self.ids.new("bot")
        self._wire = Wire(self.database, self.bells, name, world.clock)
        self._deliverer = Deliverer(post, self.bells, self._leases)
        self._worker = Worker(self._workshop(Drafts(post, self.ids)), name, settings.workers)
        self._running: list[asyncio.Task[None]] = []
        self._timekeeper: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._awake = False
        self._save: Callable[[], Awaitable[None]] | None = None
        self._connection: Callable[[], Connection] | None = None

    def _watched(self) -> Watched:
        return Watched(
            database=self.database,
            clock=self.world.clock,
            file=self.settings.database_path,
            allowed_s=self.settings.work_deadline_seconds,
            copying=self._copying,
            connection=lambda: self._connection() if self._connection else None,
        )

    def _bill(self, embedder: Embedder) -> Callable[[int], ModelCall] | None:
        """What so many embedded tokens are kept as, where a server embeds them; here they cost nothing."""
        settings = self.settings
        if settings.embedding_model in ("local", "none") or fastembed_model(settings.embedding_model):
            return None
        here = urlsplit(settings.embedding_base_url or settings.openai_base_url).hostname in _HERE
        prices = replace(self.prices, free=frozenset({embedder.name} if here else ()))

        def bill(tokens: int) -> ModelCall:
            call = ModelCall(
                id=self.ids.new("cal"),
                work_id=None,
                attempt=1,
                model=embedder.name,
                outcome="OK",
                prompt_tokens=tokens,
                completion_tokens=0,
                measured=0,
                first_token_ms=None,
                total_ms=0,
                voice_version_id=None,
                house_version_id=None,
                called_at=self.world.clock.now(),
            )
            return priced(call, prices)

        return bill

    def _patience(self) -> Patience:
        """Rules read for nothing, so where they are all there is nobody has to wait."""
        offline = all(model.name == OFFLINE for model in self.models)
        return Patience(0 if offline else int(self.settings.memory_pause_seconds * 1000), self.settings.memory_turns)

    def _workshop(self, live: Drafts) -> Workshop:
        settings, world = self.settings, self.world
        return Workshop(
            database=self.database,
            memory=self._memory,
            settings=Snapshots(self.database, defaults(settings)),
            capabilities=registry(),
            models=self.models,
            keyring=self.keyring,
            breakers=self.breakers,
            budget=Budget(
                settings.history_tokens,
                settings.reply_tokens,
                settings.model_first_token_seconds,
                settings.model_stall_seconds,
                settings.model_call_seconds,
            ),
            limits=Limits(settings.work_attempts, settings.retry_wait_seconds, settings.work_deadline_seconds),
            live=live,
            bells=self.bells,
            leases=self._leases,
            clock=world.clock,
            ids=self.ids,
            random=world.random,
            stages=self._stages,
            prices=self.prices,
        )

    def on_tick(self, save: Callable[[], Awaitable[None]]) -> None:
        """Have a face note from time to time how far it has heard."""
        self._save = save

    def watch(self, connection: Callable[[], Connection]) -> None:
        """Have a face say how its connection is."""
        self._connection = connection

    async def start(self) -> None:
        """Take up what a crash left, then do what the role asks for."""
        left = await sweep(self.database, self.world.clock, alone=self._kept.opened.alone)
        if left:
            _log.info("taken_up", count=left)
        if not self._kept.opened.alone:
            self._wire.start()
        self._rounds = rounds(
            Rounds(renew=self._renew, make_up=self._deliverer.release, save_cursors=self.save_cursors),
            self.settings.lease_seconds,
        )
        self._rounds.start()
        if self.settings.part.keeps_time:
            self._timekeeper = asyncio.create_task(take_turns(self.database, self.world.clock, self._timetable))
        if self.settings.part.works:
            self._running.append(asyncio.create_task(self._worker.run()))
            self._running += [asyncio.create_task(model.warm()) for model in self.models]
            self._looking = asyncio.create_task(self._look_for_models())
        self._memory.start()
        if self.settings.part.speaks:
            self._running.append(asyncio.create_task(self._deliverer.run()))
        self._awake = True

    async def looked(self) -> None:
        """Until the models were looked for after the start, whatever came of it."""
        if self._looking is not None:
            await asyncio.wait({self._looking})

    async def _look_for_models(self) -> None:
        """Say which of the models their server does not list; one that can't be asked is no reason not to run."""
        provider = self.keyring.provider
        if provider is None:
            return
        names = tuple(model.name for model in self.models)
        try:
            self.unlisted = tuple(missing(names, await provider.models(), provider.name))
        except ModelFailed as failed:
            _log.warning("models_not_listed", provider=provider.name, reason=str(failed))
        for sentence in self.unlisted:
            _log.warning("model_not_listed", reason=sentence)

    def _timetable(self) -> Scheduler:
        jobs = Jobs(
            release=self._release,
            daily=self._daily().run_when_due,
            watch_copy=self._watch_copy,
            find_rivals=self._find_rivals,
            drill=self._drill,
            tidy=self._tidy,
        )
        made: Scheduler = timetable(jobs, self.settings.lease_seconds)
        return made

    def _daily(self) -> Daily:
        settings = self.settings
        return Daily(self.database, self.world.clock, settings.keep_days, self._log_is_ours, settings.database_path)

    @property
    def eraser(self) -> Eraser:
        """What forgets people."""
        file = self.settings.database_path
        return Eraser(self.database, self.bells, self.world.clock, file, self._settle)

    async def _settle(self) -> None:
        """Empty the log, or where Litestream does that, have it copy all there is."""
        if self.replication is None or self._log_is_ours():
            await self.database.shrink_log()
        else:
            await self.replication.copy_now()

    def _log_is_ours(self) -> bool:
        """Litestream alone writes the log back while it lives."""
        return self.replication is None or not self.replication.running

    async def rest(self) -> None:
        """Let what runs come to its end, within seconds; what does not is taken up by others or the next start."""
        if not self._awake:
            return
        self._awake = False
        if self._timekeeper is not None:
            self._timekeeper.cancel()
            await asyncio.wait({self._timekeeper})
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})
        await self._memory.rest()
        await self._worker.stop(_STOP_GRACE_S)
        await self._deliverer.stop(_STOP_GRACE_S)
        await asyncio.gather(*self._running)
        self._rounds.shutdown(wait=False)
        self.bells.ring()  # what is left is for the others
        await self._wire.stop()

    async def stop(self) -> None:
        """Rest, then let models, database and lock go."""
        self.probe.close()
        try:
            await self.rest()
            for model in self.models:
                await model.close()
            await self._memory.close()
        finally:
            await self._kept.close()  # its threads would keep the program from ending

    async def _renew(self) -> None:
        await self._worker.renew()
        await self._deliverer.renew()

    async def _release(self) -> None:
        await release(self.database, self.bells, self.world.clock, alone=self._kept.opened.alone)

    async def _copying(self) -> Copying | None:
        """How the copy is, or None where nothing is copied by us."""
        child = self.replication
        if child is None:
            return None
        lag, told = await child.lag(), await child.sentence()
        new = self.world.clock.now() - self.started_at < FAR_BEHIND_S * 1000
        return Copying(child.running, new, child.restarts, lag.seconds, FAR_BEHIND_S, told)

    async def _watch_copy(self) -> None:
        if self.replication is not None:
            await self.replication.look()
            await self.replication.end_if_hung()

    async def _find_rivals(self) -> None:
        if self.replication is not None:
            await self.replication.look_for_rivals()

    async def _drill(self) -> None:
        if self.replication is not None:
            prove_it = partial(prove, self.replication.target)
            await drill_when_due(self.database, prove_it, self.ids, self.world.clock)

    async def _tidy(self) -> None:
        await tidy_when_due(self.database, self.bells, self.ids, self.world.clock)

    async def save_cursors(self) -> None:
        """Have the face note how far it has heard, and make up for what could not be kept."""
        if self._save is not None:
            await self._save()
