"""/pairing: the operator lets people talk in direct messages, where the setting direct_messages wants that."""

from __future__ import annotations

from bot.access.rules import named
from bot.commands.access_look import platform, subject_of
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import day, plain
from storage import pairings
from storage.access import OPERATOR

_CODE = Option("code", "The code that the person was told.", longest=20)
_WHOM = Option("whom", "The person, as a mention or person:ID.", longest=40)


async def show(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Who may talk, and who asks."""
    found = await office.database.read(pairings.listed, office.clock.now())
    lines = [
        f"- {named(f'person:{one.platform_id}')} may talk, let in by {plain(one.approved_by)}, {day(one.approved_at)}"
        if one.approved_at is not None
        else f"- {named(f'person:{one.platform_id}')} asks with the code `{one.code}`, {day(one.asked_at)}"
        for one in found
    ]
    how = "-# It matters while `direct_messages` is `pairing`; /config set changes that."
    return Answer("\n".join([*(lines or ["Nobody asked to talk in direct messages."]), how]))


async def approve(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let whoever was told that code talk."""
    code = arguments["code"].casefold()
    now = office.clock.now()
    found = await office.database.write(pairings.approve, platform(caller), code, caller.author, now)
    if found is None:
        raise Refused(
            f"Nobody waits with the code “{plain(code)}”; it is good for a day, /pairing list shows who asks."
        )
    return Answer(f"{named(f'person:{found.platform_id}')} may talk with me in direct messages from now on.")


async def revoke(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let somebody talk no more, until they are let in again."""
    subject = subject_of(caller, OPERATOR, arguments["whom"])
    if not await office.database.write(pairings.revoke, platform(caller), subject.partition(":")[2]):
        raise Refused(f"{named(subject)} was not let in; /pairing list shows who was.")
    return Answer(f"{named(subject)} may not talk in direct messages any more, where that needs your word.")


COMMANDS = (
    Command("pairing list", "Who may talk in direct messages, and who asks.", show, operator=True, always=True,
            example="/pairing list", reads=True),
    Command("pairing approve", "Let somebody talk in direct messages by their code.", approve, (_CODE,), operator=True,
            always=True, example="/pairing approve 7h1m5n8p"),
    Command("pairing revoke", "Let somebody talk in direct messages no more.", revoke, (_WHOM,), operator=True,
            always=True, example="/pairing revoke person:80351110224678912"),
)  # fmt: skip
