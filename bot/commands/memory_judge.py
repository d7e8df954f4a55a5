"""/memory wrong and helpful: what people say of a memory, which moves it in what comes to mind."""

from __future__ import annotations

from bot.commands import remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import cut, plain
from bot.memory.mending import doubt
from storage import feedback, people
from storage.engines.base import Transaction
from storage.feedback import Verdict
from storage.memories import Memory

_ID = Option("id", "The id that /memory list shows.", complete="memory", longest=40)
_SHOWN = 200


async def wrong(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let it be doubted."""
    memory = await office.database.write(_wrong, office, caller, arguments["id"])
    return Answer(
        f"I doubt that from now on and bring it up less: {plain(cut(memory.statement, _SHOWN))}\n"
        "-# /memory undo takes that back, /memory edit puts it right, /memory forget takes it away for good."
    )


def _wrong(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> Memory:
    memory, pen = remembered.theirs(tx, office, caller, memory_id), remembered.pen(office, caller)
    _say(tx, caller, memory, "wrong", pen.now)
    return doubt(tx, memory, pen)


async def helpful(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let it come to mind a little sooner."""
    memory = await office.database.write(_helpful, office, caller, arguments["id"])
    return Answer(f"Good to know; that comes to mind a little sooner now: {plain(cut(memory.statement, _SHOWN))}")


def _helpful(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> Memory:
    memory = remembered.theirs(tx, office, caller, memory_id)
    _say(tx, caller, memory, "helpful", office.clock.now())
    return memory


def _say(tx: Transaction, caller: Caller, memory: Memory, verdict: Verdict, now: int) -> None:
    """One word of each person about each memory; raises Refused when they said just that last."""
    person = people.known(tx, caller.platform, caller.platform_id)
    assert person is not None  # whoever may change a memory was heard
    if feedback.said(tx, memory, person.id) == verdict:
        raise Refused(f"You called that {verdict} already; /memory history shows what became of it.")
    feedback.give(tx, memory, person.id, verdict, now)


COMMANDS = (
    Command(
        "memory wrong",
        "Say that a memory is wrong: it is doubted and brought up less.",
        wrong,
        (_ID,),
        example="/memory wrong mem_01jd2x9k3f7h1m5n8p0qr",
    ),
    Command(
        "memory helpful",
        "Say that a memory helped: it comes to mind a little sooner.",
        helpful,
        (_ID,),
        example="/memory helpful mem_01jd2x9k3f7h1m5n8p0qr",
    ),
)
