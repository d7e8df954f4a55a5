"""Nothing is kept or read of those who asked not to be heard, or of what was said before somebody was forgotten."""

from __future__ import annotations

from bot.commands.base import Arguments, Caller, Forbidden, Office, Refused
from bot.privacy.unheard import silent_now, silent_then

_THEMSELVES = "You asked me not to hear you, so I keep none of your words; /privacy opt-in lets me hear you again."


async def see(office: Office, caller: Caller, arguments: Arguments) -> None:
    """Refuse words of the caller, and of whoever wrote a picked message, that must not be kept.

    A face hands in who wrote it and when as ``_teller_id`` and ``_told_at`` (milliseconds).
    """
    if await office.database.read(silent_now, caller.platform, caller.platform_id) is not None:
        raise Forbidden(_THEMSELVES)
    if "_teller_id" in arguments:
        said_at = int(arguments["_told_at"])
        why = await office.database.read(silent_then, caller.platform, arguments["_teller_id"], said_at)
        if why is not None:
            raise Refused(f"Whoever wrote that {why.value}.")
