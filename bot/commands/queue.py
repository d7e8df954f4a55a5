"""/queue list, retry and cancel: what is owed in this guild, or outside guilds in this channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import ago, count, day, plain
from bot.ports import SendFault
from storage import conversations, outbox, personas, work
from storage.engines.base import Transaction
from storage.records import WorkItem

_ID = Option("id", "The id that /queue list shows.", complete="work", longest=40)
STATES = {
    "ready": "waiting",
    "running": "being answered",
    "retrying": "to be tried again",
    "buried": "given up",
    "done": "done",
    "cancelled": "cancelled",
}
_ENDED = ("done", "cancelled")
_REPLIES = ("chat", "greet")
_REASONS = {fault.name: fault.value for fault in SendFault}
_MOST = 25
_OVER = "/queue list shows what there is."


@dataclass(frozen=True, slots=True)
class Owed:
    """A work item with who answers and in which channel, and for one that is done why it could not be said."""

    item: WorkItem
    persona: str
    channel_id: str
    dropped: str

    @property
    def state(self) -> str:
        """The item's state in words, and why it is so."""
        if self.dropped:
            fault, _, detail = self.dropped.partition(": ")
            return f"not said, {_REASONS.get(fault, fault)}{_in_brackets(detail)}"
        return STATES[self.item.state]


def owed(tx: Transaction, caller: Caller) -> list[Owed]:
    """What this caller's guild, or channel, waits for, has buried or could not be told, newest first."""
    where = caller.platform, caller.guild_id, caller.place.channel_id
    found = [*work.unsettled(tx, *where), *work.unsaid(tx, *where)]
    return [_owed(tx, item) for item in sorted(found, key=lambda item: item.id, reverse=True)[:_MOST]]


def _owed(tx: Transaction, item: WorkItem) -> Owed:
    conversation = conversations.by_id(tx, item.conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    assert conversation is not None and persona is not None  # work rows refer to them
    dropped = outbox.why_dropped(tx, item.id) if item.state in _ENDED else ""
    return Owed(item, persona.sheet.display_name, conversation.channel_id, dropped)


def _in_brackets(detail: str) -> str:
    return f" ({plain(detail[:200])})" if detail else ""


async def show(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Every item with its state, and the reason where it failed."""
    found = await office.database.read(owed, caller)
    if not found:
        return Answer("Nothing is waiting and nothing was given up.")
    now = office.clock.now()
    return Answer("\n".join(["**Owed, newest first**", *(_line(one, caller, now) for one in found)]))


def _line(one: Owed, caller: Caller, now: int) -> str:
    item = one.item
    who = f"{item.capability}, **{plain(one.persona)}**"
    where = f" in <#{one.channel_id}>" if caller.guild_id else ""
    tried = f", {count(item.attempts, 'try', 'tries')}" if item.attempts and not one.dropped else ""
    reason = f", {item.fault}" if item.fault else ""
    detail = _in_brackets(item.detail)
    begun = ago(item.created_at, now)
    until = f" until {day(item.run_after)}" if item.state == "ready" and item.run_after > now else ""
    return f"- `{item.id}` {who}{where}: {one.state}{until}{tried}{reason}{detail}, {begun}"


def _in_reach(tx: Transaction, caller: Caller, work_id: str) -> WorkItem:
    place = caller.place
    item = work.in_reach(tx, work_id, place.platform, place.guild_id, place.channel_id)
    if item is None:
        raise Refused(f"I find nothing owed here with the id “{plain(work_id)}”; {_OVER}")
    return item


def _retry(tx: Transaction, caller: Caller, work_id: str, now: int) -> WorkItem:
    item = _in_reach(tx, caller, work_id)
    if item.state in _ENDED and any(part.banned for part in outbox.of_work(tx, item.id)):
        raise Refused("That persona was banned by the operator, so its words are not said any more.")
    if not work.revive(tx, item.id, now) and not outbox.revive(tx, item.id, now):
        raise Refused(f"Only what was given up can be tried again, and that is {STATES[item.state]}; {_OVER}")
    return item


async def retry(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Owe a buried item, or what could not be said, once more."""
    item = await office.database.write(_retry, caller, arguments["id"], office.clock.now())
    office.bells.work.ring()
    office.bells.outbox.ring()
    return Answer(f"`{item.id}` is tried again now.", owes=item.id if item.capability in _REPLIES else "")


def _cancel(tx: Transaction, caller: Caller, work_id: str, now: int) -> bool:
    """Whether it was ended; False for one that runs. What a person was told about a buried one stays."""
    item = _in_reach(tx, caller, work_id)
    if work.cancel(tx, item.id, now):
        if item.state != "buried":
            outbox.withdraw_after(tx, item.id, 0, now)
        return True
    if item.state in _ENDED and outbox.let_dropped_go(tx, item.id):
        return True
    if item.state != "running":
        raise Refused(f"That is {STATES[item.state]} already; {_OVER}")
    return False


async def called_off(office: Office, caller: Caller, work_id: str) -> bool:
    """Cancel an item that does not run just now; False for one that does. Raises Refused where nothing is to cancel."""
    ended = await office.database.write(_cancel, caller, work_id, office.clock.now())
    office.bells.outbox.ring()
    return ended


async def cancel(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """End an item; one that runs keeps what it has said so far."""
    work_id = arguments["id"]
    if await called_off(office, caller, work_id):
        return Answer(f"`{work_id}` is cancelled.")
    if not office.bells.stop(work_id, keep=True):
        raise Refused(f"`{work_id}` has just ended or is between two tries; look again with /queue list.")
    return Answer(f"`{work_id}` is told to stop; what it had said so far stays.")


COMMANDS = (
    Command(
        "queue list",
        "What is waiting, and what was given up.",
        show,
        manage_in_guild=True,
        right="conversations",
        example="/queue list",
        reads=True,
    ),
    Command(
        "queue retry",
        "Try again what was given up.",
        retry,
        (_ID,),
        manage_in_guild=True,
        right="conversations",
        example="/queue retry wrk_01jd2x9k3f7h1m5n8p0qr",
    ),
    Command(
        "queue cancel",
        "Cancel what is waiting, or stop a reply.",
        cancel,
        (_ID,),
        manage_in_guild=True,
        right="conversations",
        example="/queue cancel wrk_01jd2x9k3f7h1m5n8p0qr",
    ),
)
