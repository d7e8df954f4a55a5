"""Short ways to keep memories that a reading would not keep beside each other, and to tidy a scene."""

from __future__ import annotations

from dataclasses import replace

from bot.memory.alike import statement_hash
from bot.memory.consolidation import summing
from bot.memory.consolidation.carry import ACTOR, carry_out
from bot.memory.consolidation.look import look
from bot.memory.consolidation.plan import plan
from bot.memory.consolidation.steps import Step, Terms, Tidied
from bot.memory.journal import Pen
from bot.memory.mending import undo, undo_links
from storage import memories, memory_changes
from storage.engines.base import Transaction
from storage.memories import Memory
from tests.memory.ground import Ground

DAY = 86_400_000
WORK = "wrk_9"
TERMS = Terms(True, 180, 6)


async def known(ground: Ground, statement: str, scene: str = "general", who: str = "Mara", **more: object) -> Memory:
    """A memory that stands there, whatever else does; its message says the same."""
    unlike = await ground.tell(f"Thing {ground.ids.new('x')[-9:]}", scene, who, topic=str(more.pop("topic", "")))
    changed = {"statement": statement, "statement_hash": statement_hash(statement), **more}
    return await ground.database.write(_reads, unlike, changed)


def _reads(tx: Transaction, memory: Memory, changed: dict[str, object]) -> Memory:
    after = replace(memory, **changed)  # type: ignore[arg-type]
    memories.put(tx, after)
    return after


def one_part(tx: Transaction, ground: Ground, scene: str, terms: Terms, most: int) -> tuple[tuple[Step, ...], bool]:
    """What was done in the next part of a pass, and whether there is more."""
    scene_id = ground.scenes[scene].id
    looked = look(tx, scene_id, ground.now, most)
    planned = plan(looked, terms, ground.now)
    summed = [summing.step(one, summing.by_rule(one), summing.BY_RULE, terms.zone) for one in planned.sittings]
    tidied = Tidied(scene_id, (*planned.steps, *summed), looked.began_at, looked.through, looked.more)
    done = carry_out(tx, tidied, Pen(ground.ids, ground.now, ACTOR, "model", WORK))
    return done.steps, done.more


async def tidy(ground: Ground, scene: str = "general", terms: Terms = TERMS, most: int = 100) -> list[Step]:
    """A whole pass; what was done."""
    done: list[Step] = []
    while True:
        ground.now += 1
        steps, more = await ground.database.write(one_part, ground, scene, terms, most)
        done += steps
        if not more:
            return done


def undo_all(tx: Transaction, ground: Ground) -> int:
    """Take every change of all passes back, the newest first; how many orders that took."""
    orders = 0
    while True:
        touched = {(one.conversation_id, one.memory_id) for one in memory_changes.of_work(tx, WORK)}
        kinds = [(scene, one, links) for scene, one in touched if one for links in (False, True)]
        last = [memory_changes.last(tx, scene, memory_id, links=links) for scene, memory_id, links in kinds]
        ours = [one for one in last if one is not None and one.actor == ACTOR]
        if not ours:
            return orders
        newest = max(ours, key=lambda one: one.id)
        memory = memories.by_id(tx, newest.conversation_id, newest.memory_id or "")
        assert memory is not None
        (undo_links if newest.action == "link" else undo)(tx, memory, ground.pen())
        orders += 1
