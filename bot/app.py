"""The only place that chooses and joins parts: reads the settings, opens the house, and gives it a face."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import telemetry
from bot.commands.registry import commands
from bot.console.console import PLACE, PLATFORM, Console, Lines, PipedLines, Terminal, TypedLines
from bot.console.screen import Screen
from bot.console.sender import ConsoleSender
from bot.house import House, Kept, World, open_database
from bot.models.choose import Choice, choose_models
from bot.models.choose_embedder import EmbedderChoice, choose_embedder
from bot.office import greet_place, make_office
from bot.ports import unwatched
from bot.refusals import CannotStart
from config.static import Static
from storage import conversations, personas

if TYPE_CHECKING:
    from bot.health.page import Page

_ROLES = {
    "gateway": "gateway; hears Discord and speaks there, and leaves replies to the workers.",
    "worker": "worker; makes replies and says them, and leaves hearing to the gateways.",
    "jobs": "jobs; runs the timetable, when no other process does.",
}


def first_lines(settings: Static, choice: Choice | None, embedder: EmbedderChoice | None, kept: Kept) -> list[str]:
    """What is in use and what to set for better, one line each."""
    lines = [f"Database: {settings.database_name} (set DATABASE_URL to keep it elsewhere).", _backup(kept)]
    if settings.role != "all":
        lines.append(f"Role: {_ROLES[settings.role]}")
    if choice is not None:
        lines.append(" ".join(["Model:", choice.sentence, choice.advice]).strip())
    if embedder is not None:
        lines.append(f"Embedder: {embedder.sentence}")
    return [*lines, *kept.problems]


def _backup(kept: Kept) -> str:
    if not kept.opened.alone:
        return "Backup: that of the Postgres server; Troupe copies files only."
    if kept.replication is None:
        return "Backup: none, so what is on this disk is all there is; set REPLICA_URL to a folder or an S3 bucket."
    silent = "" if kept.replication.answered else ", which does not answer yet; /status tells when it does"
    return f"Backup: copied as it changes to {kept.replication.target.shown}{silent}."


async def run(settings: Static, world: World | None = None) -> None:
    """Run until told to stop; raises StorageError or CannotStart, and then nothing was started.

    SIGTERM ends it in order from here on; where there is nothing to leave running, by cancelling it.
    """
    _cancel_when_told()
    terminal = settings.role == "all" and not settings.discord_token.get_secret_value()
    quiet = terminal and "log_level" not in settings.model_fields_set
    level = "WARNING" if quiet else settings.log_level
    recent = telemetry.configure(level, colours=sys.stderr.isatty(), secrets=settings.secrets)
    # Even a step that is not logged would cost the making of a logger, fourteen times for each reply.
    stages = telemetry.log_stage if level == "DEBUG" else unwatched
    world = replace(world or World(stages=stages), recent=recent)
    kept = await open_database(settings, world.clock)
    choice = await _models(settings) if settings.part.speaks else None
    embedder = choose_embedder(settings) if settings.part.works else None
    models, provider = (choice.models, choice.provider) if choice else ((), None)
    house = House(settings, kept, models, world, embedder.embedder if embedder else None, provider)
    lines = first_lines(settings, choice, embedder, kept)
    page: Page | None = None
    try:
        if _is_asked(settings):
            page, said = await _answer(house, settings)
            lines.append(said)
        if settings.role == "jobs":
            await run_clock(house, lines)
        elif terminal:
            await run_terminal(house, lines)
        else:
            await run_discord(house, lines)
    finally:
        if page is not None:
            await page.close()
        await house.stop()


def _is_asked(settings: Static) -> bool:
    """Whether somebody may ask for our health: where a port was chosen, or we are on Discord."""
    chosen = "health_port" in settings.model_fields_set
    return bool(settings.health_port and (chosen or settings.discord_token.get_secret_value()))


async def _answer(house: House, settings: Static) -> tuple[Page, str]:
    """Answer for our health; a port that somebody chose and is taken stops the start, ours only says so."""
    from bot.health.page import Page, PortTaken  # a start that nobody asks need not wait for its server

    page = Page(house.probe, house.metrics)
    try:
        await page.open(settings.health_host, settings.health_port)
    except PortTaken as taken:
        if "health_port" in settings.model_fields_set:
            raise CannotStart(str(taken)) from taken
        return page, str(taken)
    return page, f"Health: /healthz, /readyz and /metrics on {settings.health_host}:{settings.health_port}."


async def _models(settings: Static) -> Choice:
    return await choose_models(
        settings.openai_api_key.get_secret_value(), settings.openai_base_url, settings.openai_models
    )


# ── faces ──


async def run_clock(house: House, lines: list[str]) -> None:
    """Have no face and only keep time, until SIGTERM or Ctrl-C."""
    stopping = _until_told(lines)
    await house.start()
    await stopping.wait()


async def run_terminal(house: House, lines: list[str]) -> None:
    """Talk with the person at the terminal, or with what is piped in."""
    screen = Screen(sys.stdout)
    sender = ConsoleSender(screen)
    house.senders[PLATFORM] = sender
    owed: list[str] = []
    office = make_office(house, owed=owed)
    for line in [*lines, "Discord: not connected; set DISCORD_TOKEN to invite the personas there."]:
        screen.note(line)
    await house.start()
    typed: Lines = PipedLines()
    if sys.stdin.isatty() and screen.interactive:  # a line can only be edited where it is shown
        words = [f"/{command.name}" for command in commands()]
        typed = TypedLines(house.settings.local_folder / "terminal_history", [*words, "/quit"])
        screen.note("Write to talk, /help for commands; Ctrl-C stops a reply, twice leaves.")
        await _welcome(house, screen, sender)
    person = os.environ.get("USER") or "you"
    await Console(Terminal(house.intake, office, house.bells, sender, screen, typed, person, owed)).run()


async def _welcome(house: House, screen: Screen, sender: ConsoleSender) -> None:
    """The usual persona's greeting at the first visit, a word about whose turn it is at later ones."""
    persona = await house.database.read(personas.called, "", house.settings.default_persona)
    if persona is None or not persona.active:
        screen.note("Nobody is here by default; /persona list shows who could be.")
    elif await house.database.read(conversations.of_channel, PLATFORM, PLACE.channel_id, ""):
        screen.note(f"Welcome back. {persona.sheet.display_name} listens unless you name somebody else.")
    else:
        await sender.answered(await greet_place(house, PLACE, persona.id))


async def run_discord(house: House, lines: list[str]) -> None:
    """Be on Discord until SIGTERM, Ctrl-C, or a refusal that no second try mends; raises CannotStart."""
    from bot.gateway.connect import Face, Refusal, connect  # discord.py takes long to import
    from bot.gateway.speak import speak

    stopping = _until_told(lines)
    settings = house.settings
    face = Face(
        token=settings.discord_token.get_secret_value(),
        content=settings.message_content,
        pictures=settings.personas_dir,
        intake=house.intake,
        database=house.database,
        clock=house.world.clock,
        senders=house.senders,
        begin=house.start,
        rest=house.rest,
        office=lambda judge, diagnose, report: make_office(house, judge, diagnose, report),
        say=lambda line: print(line, flush=True),
        watch=house.watch,
        shard_ids=settings.shard_ids,
        shard_count=settings.shard_count,
        identify_pause_s=house.world.identify_pause_s,
        options=house.world.discord_options,
    )
    try:
        await (connect(face, stopping, house.on_tick) if settings.part.hears else speak(face, stopping))
    except Refusal as refusal:
        raise CannotStart(str(refusal)) from refusal


def _cancel_when_told() -> None:
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def told() -> None:
        loop.add_signal_handler(signal.SIGTERM, lambda: None)  # told twice, it still ends in order
        if task is not None:
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, told)


def _until_told(lines: list[str]) -> asyncio.Event:
    """Say the first lines; the event that SIGTERM and Ctrl-C set from now on."""
    for line in lines:
        print(line, flush=True)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
