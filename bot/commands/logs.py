"""/logs recent: the last warnings and errors, for whoever runs the bot."""

from __future__ import annotations

from bot.commands.base import Answer, Arguments, Caller, Command, Office
from bot.commands.words import count

_MOST = 15
_SIGNS = {"warning": "W"}


async def recent(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Newest first, as the log has them."""
    found = office.recent.newest(_MOST)
    if not found:
        return Answer("This process has logged no warning and no error since it was started.")
    lines = (f"{one.at[:19].replace('T', ' ')} {_SIGNS.get(one.level, 'E')} {one.told}" for one in found)
    text = "\n".join(lines).replace("`", "'")
    return Answer(
        f"**The last {count(len(found), 'line')} of this process' log, newest first** (UTC)\n```\n{text}\n```"
    )


COMMANDS = (
    Command(
        "logs recent",
        "The last warnings and errors of this process.",
        recent,
        operator=True,
        example="/logs recent",
        reads=True,
    ),
)
