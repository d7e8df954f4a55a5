"""/alerts list, acknowledge and here: what owners are told of, and in which channel."""

from __future__ import annotations

from bot.commands import here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import count, day, plain
from bot.personas.orders import ordering
from bot.settings.snapshot import look_now
from config.dynamic import ALERTS_CHANNEL
from config.rooms import Room
from storage import alerts, conversations, settings
from storage.alerts import Alert
from storage.conversations import Scene
from storage.engines.base import Transaction
from storage.settings import GLOBAL, Reach, Wish

_MOST = 15
_BUTTONS = 10
_ALERT = Option("alert", "The alert's id, which /alerts list shows.", longest=40)
_OFF = Option("off", "off: tell no channel any more.", required=False, choices=("off",))


async def show(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Those that are open, with their buttons, and the last that are over."""
    found, where = await office.database.read(_listed, office)
    unheard = [one for one in found if one.closed_at is None and one.acknowledged_at is None][:_BUTTONS]
    numbers = {one.id: number for number, one in enumerate(unheard, 1)}
    lines = [_line(one, numbers.get(one.id)) for one in found] or ["Nothing went wrong that I know of."]
    buttons = (ordering(f"✔ acknowledge {number}", "alerts acknowledge", one) for one, number in numbers.items())
    return Answer("\n".join([*lines, where]), buttons=tuple(buttons))


def _listed(tx: Transaction, office: Office) -> tuple[list[Alert], str]:
    room = look_now(tx, Reach(""), office.defaults)[ALERTS_CHANNEL]
    if room is None:
        where = "No channel is told of them; order /alerts here in the one that should be."
    elif alerts.room(tx, room.platform, room.channel_id) is None:
        where = f"I know no way to {room}; order /alerts here in it."
    else:
        where = f"They are told in {_name(room)}; /alerts here off ends that."
    return alerts.listed(tx, _MOST), f"-# {where}"


def _name(room: Room) -> str:
    return "this terminal" if room.platform == "terminal" else f"<#{room.channel_id}>"


def _line(one: Alert, number: int | None) -> str:
    sign = "✅" if one.closed_at is not None else "☑️" if one.acknowledged_at is not None else f"⚠️ {number or ''}"
    ended = "" if one.closed_at is None else f", over {day(one.closed_at)}"
    heard = f", acknowledged by {plain(one.acknowledged_by)}" if one.acknowledged_at is not None else ""
    since = f"since {day(one.opened_at)}, seen {count(one.seen, 'time')}{ended}{heard}"
    return f"{sign} {plain(one.told)}\n-# {since}; `{one.id}`"


async def acknowledge(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Say that somebody knows of it: the channel is told of it no more until it is over."""
    found = await office.database.write(_acknowledge, caller, arguments["alert"], office.clock.now())
    return Answer(f"Acknowledged: {plain(found.told)}. The channel is told when it is over.")


def _acknowledge(tx: Transaction, caller: Caller, alert_id: str, now: int) -> Alert:
    found = alerts.by_id(tx, alert_id)
    if found is None:
        raise Refused("I know no alert of that id; /alerts list shows them.")
    if not alerts.acknowledge(tx, alert_id, caller.author, now):
        over = found.closed_at is not None
        raise Refused("That alert is over." if over else f"{plain(found.acknowledged_by)} acknowledged it already.")
    return found


async def tell_here(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Make this the owners' channel, or have none."""
    off = bool(arguments.get("off"))
    await office.database.write(_choose, office, caller, off)
    if off:
        return Answer("No channel is told of alerts any more; /alerts list shows them still.")
    return Answer("What goes wrong is told in this channel from now on; /alerts here off ends that.")


def _choose(tx: Transaction, office: Office, caller: Caller, off: bool) -> None:
    place = caller.place
    if not off:
        here.must_be_able_to_write(caller)
        persona = here.usual(tx, caller, office.default_persona)
        scene = Scene(place.platform, place.channel_id, place.guild_id, place.parent_id, place.kind, persona.id)
        conversations.open(tx, office.ids.new("cnv"), scene, office.clock.now())
    value = None if off else str(Room(place.platform, place.channel_id))
    wish = Wish(GLOBAL, ALERTS_CHANNEL.name, value, caller.author, "/alerts here")
    if settings.change(tx, wish, office.clock.now()) is None:
        raise Refused("No channel is told already." if off else "This channel is told already; nothing was changed.")


COMMANDS = (
    Command("alerts list", "What is wrong, and what was lately.", show, operator=True, always=True,
            example="/alerts list", reads=True),
    Command("alerts acknowledge", "Say that you know of an alert, so that it is told no more.", acknowledge, (_ALERT,),
            operator=True, always=True, example="/alerts acknowledge alr_01jz0000000000000000a"),
    Command("alerts here", "Be told in this channel what goes wrong.", tell_here, (_OFF,), operator=True, always=True,
            example="/alerts here"),
)  # fmt: skip
