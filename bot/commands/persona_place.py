"""/persona bind, unbind and why: who answers in this place, and by which rule."""

from __future__ import annotations

import re

from bot.commands import gated, here
from bot.commands.base import Answer, Arguments, Caller, Command, Explanation, Office, Option, Refused
from bot.commands.persona import NAME
from bot.commands.words import plain
from config.dynamic import TRIGGER
from storage import bindings
from storage.engines.base import Transaction
from storage.records import Binding, Persona

_MODE = Option(
    "mode",
    "always: everything; mention: when mentioned, named or replied to; without it as set by trigger.",
    required=False,
    choices=("always", "mention"),
)
_MESSAGE = Option("message", "A link to a message of this channel, or its id.", required=False, longest=200)
_LINK = re.compile(r"^https://(?:\w+\.)?discord(?:app)?\.com/channels/(@me|\d+)/(\d+)/(\d+)/?$")
_ID = re.compile(r"^[\w.-]{1,64}$")
_WHEN = {"always": "everything said here", "mention": "here when it is mentioned, named or replied to"}


async def bind(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Give this channel to a persona, which greets it."""
    persona, mode, before = await office.database.write(_bind, office, caller, arguments)
    name = plain(persona.sheet.display_name)
    when = _WHEN[mode if caller.guild_id else "always"]  # between two, every word is for the other
    if before == Binding(persona.id, mode):
        return Answer(f"**{name}** answers {when} already.")
    if before is None or before.persona_id != persona.id:
        await office.greet(caller.place, persona.id)
    wrong = any(not finding.ok for finding in await office.diagnose(caller))
    warning = "\n-# Something here may keep it from that; /doctor says what and how to mend it." if wrong else ""
    return Answer(f"**{name}** now answers {when}. /persona unbind takes that back.{warning}")


def _bind(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> tuple[Persona, str, Binding | None]:
    """The persona, when it answers, and to whom the channel was bound before."""
    persona = gated.for_place(caller, here.talking(here.named(tx, caller, arguments["name"])))
    mode = arguments.get("mode") or here.in_force(tx, office, caller)[TRIGGER]
    wanted, channel = Binding(persona.id, mode), here.channel(caller)
    before = bindings.of_channel(tx, channel)
    if before != wanted:
        bindings.bind(tx, channel, wanted, caller.platform_id, office.clock.now())
    return persona, mode, before


async def unbind(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Take this channel back."""
    if not await office.database.write(bindings.unbind, here.channel(caller)):
        raise Refused("No persona is bound to this channel itself; /persona bind gives it to one.")
    how = "Mention me or name a persona to talk." if caller.guild_id else "/persona use chooses whom you talk with."
    return Answer(f"No persona is bound to this channel any more. {how}")


async def why(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Which rule answers a message, or would answer the next words here."""
    reference = reference_of(caller, arguments.get("message", ""))
    found = await office.judge(caller, reference)
    later = await office.database.read(_later, office, caller) if found.answers and not reference else ""
    rules = "\n".join(
        f"{number}. **{rule}**" if rule == found.rule else f"{number}. {rule}"
        for number, rule in enumerate(office.rules, start=1)
    )
    verdict = f"{_explained(found, bool(reference))} {later}".rstrip()
    return Answer(f"{verdict}\n\n**The first of these that holds decides:**\n{rules}")


def _later(tx: Transaction, office: Office, caller: Caller) -> str:
    """What keeps an answer for later, as sentences."""
    return " ".join(filter(None, (here.quiet(tx, office, caller), here.spent(tx, office, caller))))


def reference_of(caller: Caller, given: str) -> str:
    """The message's id; raises Refused for one of another channel, which this person may not be able to see."""
    link = _LINK.match(given)
    if link is None:
        if given and not _ID.match(given):
            raise Refused("That is no link or id of a message; copy one with “Copy Message Link”.")
        return given
    guild_id, channel_id, message_id = link.groups()
    if channel_id != caller.place.channel_id or guild_id.replace("@me", "") != caller.guild_id:
        raise Refused("That message is in another channel; ask there.")
    return message_id


def _explained(found: Explanation, spoken: bool) -> str:
    persona = plain(found.persona)
    if spoken:
        verdict = f"**{persona}** answers that message" if found.answers else "That message gets no answer"
    else:
        verdict = (
            f"**{persona}** would answer your next words here"
            if found.answers
            else "Words that name and mention nobody would get no answer here"
        )
    detail = f" ({found.detail})" if found.detail else ""
    return f"{verdict}, because {found.rule}{detail}."


COMMANDS = (
    Command(
        "persona bind",
        "Give this channel to a persona.",
        bind,
        (NAME, _MODE),
        manage=True,
        right="personas",
        example="/persona bind ada mention",
    ),
    Command(
        "persona unbind",
        "Take this channel back from its persona.",
        unbind,
        manage=True,
        right="personas",
        example="/persona unbind",
    ),
    Command(
        "persona why",
        "Why a message was answered, or not, and by whom.",
        why,
        (_MESSAGE,),
        always=True,
        example="/persona why",
        reads=True,
    ),
)
