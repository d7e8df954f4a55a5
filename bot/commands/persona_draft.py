"""/persona draft: a persona from one sentence, shown before anything of it is kept."""

from __future__ import annotations

from bot.commands import sheets
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.sheets import LABELS, Written
from bot.commands.words import plain, quote
from bot.drafting.draft import LONGEST_IDEA
from bot.drafting.writer import Draft, NoDraft

_IDEA = Option("idea", "Who it is, in a sentence.", longest=LONGEST_IDEA)
_BY_MODEL = "Written by {model} from your idea; read it well, it is yours from the moment you send the form."
_BY_RULES = (
    "No language model is connected, so this is only your idea put in its places, and nobody has checked it; "
    "write the voice yourself before you send the form."
)


async def draft(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Show the draft, with the form of /persona create filled in; sending that makes the persona."""
    try:
        made = await office.draft(caller, arguments["idea"])
    except NoDraft as none:
        raise Refused(str(none)) from none
    wanted = _written(made)
    note = _BY_MODEL.format(model=made.model) if made.model else _BY_RULES
    text = "\n".join([f"**A draft of {plain(made.display_name)}**, of which nothing is kept yet", *_shown(wanted)])
    return Answer(
        f"{text}\n-# {note}",
        form=sheets.form("persona create:", f"Draft of {made.display_name}", wanted),
        file="\n\n".join(f"{label}:\n{getattr(wanted, key)}" for key, label in LABELS.items()),
    )


def _written(made: Draft) -> Written:
    """The draft as the form's five answers: traits and limits become the voice's last lines, to be read and changed."""
    values = {
        "display_name": made.display_name,
        "description": made.description,
        "voice": "\n\n".join(filter(None, (made.voice.strip(), _traits(made), _limits(made)))),
        "greeting": made.greeting,
        "starters": "\n".join(made.starters),
    }
    return sheets.read(values, Written())


def _traits(made: Draft) -> str:
    return f"In short: {', '.join(made.traits)}." if made.traits else ""


def _limits(made: Draft) -> str:
    return "\n".join(["Your limits:", *(f"- {limit}" for limit in made.limits)]) if made.limits else ""


def _shown(wanted: Written) -> list[str]:
    answers = ((LABELS[key], getattr(wanted, key)) for key in LABELS if key != "display_name")
    return [f"**{label}**\n{quote(text)}" for label, text in answers]


COMMANDS = (
    Command(
        "persona draft",
        "Have a persona drafted from a sentence, to change and confirm.",
        draft,
        (_IDEA,),
        manage=True,
        right="personas",
        example="/persona draft a grumpy lighthouse keeper who loves chess",
    ),
)
