"""/privacy policy, export and forget: what is kept of people, all of it in their hands, and none of it any more."""

from __future__ import annotations

import json

from bot.commands.base import Answer, Arguments, Caller, Command, Keeping, Office, Option, Refused
from bot.commands.words import all_of, count
from bot.ports import Button
from storage import belongings
from storage.errors import StorageError
from storage.forgetting import Receipt

_PART = Option("part", "Which part, where it is too long for one file; 1 is the newest.", required=False, kind="number")
_CONFIRMS = "forget-me"
_NOT_NOW = (
    "I could not finish that just now. What is gone stays gone, and the rest goes when I start again; "
    "you can also order it once more."
)
_CHANNEL = "What stands in the channels themselves stays there until you delete it."


async def policy(office: Office, caller: Caller, _: Arguments) -> Answer:
    """In plain words: what, why, how long, who sees it, and what forgetting does."""
    return Answer("\n".join([*_POLICY, *_times(office.keeping), _CELLS]))


_POLICY = (
    "**What I keep of you**",
    "- Your name and your number here, and when I first and last heard you.",
    "- What you write to a persona or in a channel that was given to one, with earlier wordings of what you edit; what "
    "you delete goes at once. In other channels only what names, mentions or answers a persona.",
    "- What personas answered you, and short notes on what you told them (`/memory list`), with "
    "what you said of such notes.",
    "- Whom you chose to talk with or muted, what you set (`/config`), a key you brought (`/key`, sealed), and your "
    "name with what you changed for others.",
    "- Rules about you by your number, of a server or of whoever runs this bot (`/access explain`), and whether you "
    "may talk in direct messages. Such rules, and whom you muted, stay when you have the rest forgotten.",
    "**Why** So that a persona can answer you and know what you talked about. For nothing else: no advertising, no "
    "profile of you, no training of models, and nothing is sold.",
    "**Who sees it** The people of the channel see what stands there. A persona brings up what was said in a channel "
    "in that channel only, and what you told it alone to you alone. What an answer needs is sent to the language model "
    "that this bot's operator chose. Whoever runs the bot can read its database.",
    "**What you can do** `/privacy export` hands you all of it, `/memory` sets right what personas remember, `/privacy "
    "opt-out` keeps me from hearing you at all.",
    "**What `/privacy forget` does** Your words, the answers to them, and what was remembered from them or about you "
    "are erased, and your name is taken from everything else. What others wrote stays theirs, also where they quote "
    "or name you. A fingerprint of your number stays, by which you are forgotten again should an older copy come back.",
)
_CELLS = "-# An operator may run several of these bots with a database each; then each must be asked."


def _times(keeping: Keeping) -> list[str]:
    work = f"for {count(keeping.work_days, 'day')}" if keeping.work_days else "for good"
    words = f"**How long** What was said and remembered: until you have it forgotten. How an answer was made: {work}."
    if keeping.copy_days is None:
        return [f"{words} Copies are the operator's to look after; in one that is put back you are forgotten first."]
    return [f"{words} What was erased: in copies of the database {count(keeping.copy_days, 'day')} longer at most."]


async def export(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """One part of it as a file."""
    part = int(arguments.get("part", "1"))
    found = await office.database.read(belongings.held, caller.platform, caller.platform_id, max(1, part))
    if not 1 <= part <= found.parts:
        raise Refused(f"There is no part {part}; there {'is' if found.parts == 1 else 'are'} {found.parts}.")
    more = f"\n-# Part {part} of {found.parts}; /privacy export with part {part + 1} gives more."
    text = f"All that I hold of you, with {count(found.messages, 'message')}. Times are milliseconds since 1970."
    told = json.dumps(found.held, ensure_ascii=False, indent=2)
    return Answer(text + (more if part < found.parts else ""), file=told, file_name="your-data.json")


async def forget(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Ask before anything is done."""
    text = (
        "Forget you for good? In every server I erase what you said, what was answered to you, what is remembered "
        f"from you and about you, and what you set; it can't be undone. {_CHANNEL}\n"
        "-# /privacy export hands you all of it first, and /privacy policy says more."
    )
    return Answer(text, buttons=(Button(f"confirm:{_CONFIRMS}:{caller.platform_id}", "Forget me"),))


async def forgotten(office: Office, caller: Caller, platform_id: str) -> Answer:
    """Forget who confirmed it, and say what went."""
    if platform_id != caller.platform_id:
        raise Refused("That was somebody else's to confirm; order /privacy forget yourself.")
    try:
        receipt = await office.forget(caller.platform, caller.platform_id)
    except StorageError as error:
        raise Refused(_NOT_NOW) from error
    return Answer("\n".join([_told(receipt), *_after(office.keeping)]))


def _told(receipt: Receipt) -> str:
    kinds = (
        (receipt.messages, "message"),
        (receipt.replies, "answer"),
        (receipt.memories, "memory", "memories"),
        (receipt.work, "piece of work", "pieces of work"),
        (receipt.settings, "setting"),
    )
    gone = [count(*kind) for kind in kinds if kind[0]]
    return f"You are forgotten: {all_of(gone)}." if gone else "You are forgotten; there was nothing of yours."


def _after(keeping: Keeping) -> list[str]:
    again = "In an older copy that is put back you are forgotten before anybody reads it."
    if keeping.copy_days is not None:
        again = f"The last copies with your words are gone within {count(keeping.copy_days, 'day')}. {again}"
    return [
        f"{again} {_CHANNEL}",
        "If you write to me again, you are somebody new to me; /privacy opt-out keeps me from hearing you.",
    ]


COMMANDS = (
    Command(
        "privacy policy",
        "What I keep of you, why, how long, and who sees it.",
        policy,
        always=True,
        example="/privacy policy",
        reads=True,
    ),
    Command(
        "privacy export",
        "Everything that I hold of you, as a file.",
        export,
        (_PART,),
        always=True,
        example="/privacy export",
        reads=True,
    ),
    Command(
        "privacy forget",
        "Forget all you said and all that is known of you; it asks before it does.",
        forget,
        always=True,
        example="/privacy forget",
        press=forgotten,
        confirms=_CONFIRMS,
    ),
)
