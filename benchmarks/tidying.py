"""How long a night of tidying takes over everything a bot remembers, and how long it holds the writer at most."""

from __future__ import annotations

from random import Random
from time import perf_counter

from benchmarks.measure import Figure, Run
from benchmarks.stored import Opened, opened
from bot.memory.candidate import Candidate, Subject
from bot.memory.consolidation import summing
from bot.memory.consolidation.carry import ACTOR, carry_out
from bot.memory.consolidation.look import look
from bot.memory.consolidation.plan import plan
from bot.memory.consolidation.steps import Terms, Tidied
from bot.memory.journal import Pen
from storage import conversations, memories
from storage.conversations import Scene
from storage.engines.base import Transaction

_PER_SCENE = 200
_PEOPLE = 8
_TERMS = Terms(on=True, half_life_days=180, pause_hours=6)
_NOW = 1_750_000_000_000
_HOUR_MS = 3_600_000
_NOUNS = "piano harbour heron kettle bicycle garden sister lantern violin bakery river cousin orchard ferry".split()  # noqa: SIM905
_VERBS = "likes plays sees paints owns repairs misses visits".split()  # noqa: SIM905


async def measure(run: Run) -> list[Figure]:
    """Fills scenes, then goes through all of them part by part, by rules alone."""
    scenes = run.count(500, 10)
    async with opened(run.folder / "tidying.db") as bot:
        filled = []
        for number in range(scenes):
            filled.append(await bot.database.write(_fill, bot, number))
            run.tick(number / scenes / 2)
        began, held, changed = perf_counter(), [0.0], 0
        for number, scene in enumerate(filled):
            changed += await _tidy(bot, scene, held)
            run.tick(0.5 + number / scenes / 2)
        took = perf_counter() - began
    kept = scenes * _PER_SCENE
    return [
        Figure(
            "tidying_pass",
            took,
            "s",
            f"Time to go through {kept:,} memories in {scenes:,} scenes by rules, which made {changed:,} changes.",
        ),
        Figure(
            "tidying_hold",
            max(held) * 1000,
            "ms",
            "Longest time of one part in which nobody else could write, as above.",
        ),
    ]


def _fill(tx: Transaction, bot: Opened, number: int) -> str:
    """A scene in which people say much that is alike, over a year."""
    random = Random(number)
    place = Scene("discord", str(10**17 + number), str(10**16 + number // 10), "", "channel", bot.persona_id)
    scene = conversations.open(tx, bot.ids.new("cnv"), place, _NOW)
    for told in range(_PER_SCENE):
        name = f"Person{random.randrange(_PEOPLE)}"
        noun, other = random.sample(_NOUNS, 2)
        statement = f"{name} {random.choice(_VERBS)} the {noun} near the {other} {told // 40} mornings."
        subject = Subject("name", name.casefold(), name)
        said_at = _NOW - (_PER_SCENE - told) * 40 * _HOUR_MS + random.randrange(_HOUR_MS)
        topic = noun if told % 10 == 0 else ""
        candidate = Candidate(statement, "fact", subject, "", None, said_at, topic, 1 + random.randrange(8))
        seq = conversations.next_seq(tx, scene.id)
        memory = Pen(bot.ids, said_at, "bench", "model").memory(scene.id, seq, candidate, None)
        near = memories.neighbours(tx, scene.id, memory.subject_key)
        if not any(one.statement_hash == memory.statement_hash for one in near):
            memories.add(tx, memory)
    return scene.id


async def _tidy(bot: Opened, scene: str, held: list[float]) -> int:
    """A whole pass over a scene; how many steps were done."""
    changed, more = 0, True
    while more:
        looked = await bot.database.read(look, scene, _NOW)
        planned = plan(looked, _TERMS, _NOW)
        summed = [summing.step(one, summing.by_rule(one), summing.BY_RULE) for one in planned.sittings]
        tidied = Tidied(scene, (*planned.steps, *summed), looked.began_at, looked.through, looked.more)
        began = perf_counter()
        done = await bot.database.write(carry_out, tidied, Pen(bot.ids, _NOW, ACTOR, "model"))
        held.append(perf_counter() - began)
        changed, more = changed + len(done.steps), done.more
    return changed
