"""/key set, show and remove: a key of one's own, or of a server's, for the replies made there."""

from __future__ import annotations

import re

from bot.commands.base import Answer, Arguments, Caller, Command, Field, Form, Office, Option, Refused
from bot.commands.check import NEEDS_RIGHT, may_manage
from bot.commands.words import all_of, day, plain
from bot.keys.keyring import SHOWN, Keyring
from bot.ports import ModelFailed, ModelFault, Provider
from storage import provider_keys
from storage.engines.base import Transaction
from storage.provider_keys import Owner, ProviderKey

_MINE, _SERVER = "mine", "server"
_FOR = Option("whose", "Yours (the default), or this server's.", required=False, choices=(_MINE, _SERVER))
_KEY = Field("key", "The key", longest=400, hint="It is sealed at once and never shown again.", secret=True)
_LIKE_A_KEY = re.compile(r"[!-~]{16,400}")
_NO_PROVIDER = "My language model takes no keys; the operator must set OPENAI_API_KEY or OPENAI_BASE_URL first."
_NO_MASTER = "Keys can't be kept safe here yet; the operator must set TROUPE_MASTER_KEYS (openssl rand -base64 32)."
_WHY = {
    ModelFault.WRONG_KEY: "refuses that key; look whether all of it was copied",
    ModelFault.OUT_OF_CREDIT: "takes that key, but it is out of credit; top it up first",
    ModelFault.RATE_LIMITED: "gets too many requests with that key just now; try again in a minute",
}
_NOT_ASKED = "could not be asked about that key just now; try again in a little while"


async def ask(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask for the key in a form, which nobody else sees and which is kept nowhere."""
    provider, whose = _ready(office.keyring), arguments.get("whose", _MINE)
    _owner(caller, whose)
    payer = "your replies everywhere" if whose == _MINE else "the replies to everybody in this server"
    text = f"A key for {provider.name}. It pays for {payer}, and is sent nowhere else."
    title = "Your own key" if whose == _MINE else "This server's key"
    return Answer(text, form=Form(f"key set:{whose}", title, (_KEY,)))


async def put(office: Office, caller: Caller, whose: str, values: Arguments) -> Answer:
    """Try the key with its provider, and keep it when that takes it."""
    provider, owner = _ready(office.keyring), _owner(caller, whose)
    key = values.get("key", "").strip()
    if not _LIKE_A_KEY.fullmatch(key):
        raise Refused("That is no key: one has at least 16 letters, digits and signs and no space. Nothing was kept.")
    try:
        models = await provider.models(key)
    except ModelFailed as failed:
        raise Refused(f"{provider.name} {_WHY.get(failed.fault, _NOT_ASKED)}. Nothing was kept.") from None
    await office.keyring.keep(owner, key, office.clock.now())
    payer = "your replies are" if owner.kind == "person" else "replies in this server are"
    text = f"{provider.name} takes the key; it is kept, sealed. From the next one on {payer} made with it."
    return Answer(f"{text}{_said_of(office, models)}\n-# It ends in {key[-SHOWN:]}; /key remove takes it away.")


def _said_of(office: Office, models: tuple[str, ...]) -> str:
    """What the provider's list leaves open."""
    if not models:
        return " It lists no models, so whether the key is right shows with the next reply."
    lacking = [name for name in office.models if name not in models]
    if len(lacking) < len(office.models):
        return ""
    return f" It does not list {all_of(map(plain, lacking))} for this key, so replies may fail."


async def show(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Whose keys are kept, and what they end in for those whose they are."""
    own, servers = await office.database.read(_held, caller)
    lines = [f"Your own key for {_shown(one)}." for one in own]
    if servers and may_manage(caller):
        lines += [f"This server's key for {_shown(one)}." for one in servers]
    elif servers:
        lines.append("This server has a key of its own; what it ends in is for those with Manage Server.")
    provider = office.keyring.provider
    if provider is None or not office.keyring.masters:
        return Answer("\n".join([*(lines or ["No key is kept."]), _NO_MASTER if provider else _NO_PROVIDER]))
    used = {one.kind for one in (*own, *servers) if one.provider == provider.name}
    payer = "your own key" if "person" in used else "this server's key" if used else "the bot's own key"
    return Answer("\n".join([*(lines or ["No key is kept."]), f"Replies to you here are made with {payer}."]))


def _shown(key: ProviderKey) -> str:
    return f"{plain(key.provider)} ends in {plain(key.ends_in)}, set {day(key.set_at)}"


def _held(tx: Transaction, caller: Caller) -> tuple[list[ProviderKey], list[ProviderKey]]:
    own = provider_keys.of_owner(tx, Owner("person", caller.platform, caller.platform_id))
    guild = Owner("guild", caller.platform, caller.guild_id)
    return own, provider_keys.of_owner(tx, guild) if caller.guild_id else []


async def remove(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Keep it no more; what is being answered goes on as it began."""
    owner = _owner(caller, arguments.get("whose", _MINE))
    if not await office.database.write(provider_keys.remove, owner):
        raise Refused("There is no such key; /key show says which are kept.")
    return Answer("The key is gone; to use it again, /key set takes it anew. Its provider can also withdraw it.")


def _ready(keyring: Keyring) -> Provider:
    """The provider; raises Refused where no key can be brought."""
    if keyring.provider is None:
        raise Refused(_NO_PROVIDER)
    if not keyring.masters:
        raise Refused(_NO_MASTER)
    return keyring.provider


def _owner(caller: Caller, whose: str) -> Owner:
    """Raises Refused where it is not theirs to bring."""
    if whose == _MINE:
        return Owner("person", caller.platform, caller.platform_id)
    if not caller.guild_id:
        raise Refused("Here is no server; order it in the server's own channels, or for yourself.")
    if not may_manage(caller):
        raise Refused(NEEDS_RIGHT.format(name="key"))
    return Owner("guild", caller.platform, caller.guild_id)


COMMANDS = (
    Command(
        "key set",
        "Bring a key of your own, or this server's, for the language model.",
        ask,
        (_FOR,),
        example="/key set",
        submit=put,
        questions=(_KEY,),
    ),
    Command(
        "key show",
        "Whose keys are kept, and with which your replies are made.",
        show,
        always=True,
        example="/key show",
        reads=True,
    ),
    Command(
        "key remove",
        "Keep a key no more.",
        remove,
        (_FOR,),
        always=True,
        example="/key remove",
    ),
)
