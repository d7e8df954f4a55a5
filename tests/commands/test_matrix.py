"""Who may order what: every command with every kind of member, in every way it can be ordered.

The commands are those of the registry, ordered as their own examples say; one that is not in NEEDS fails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.access.rules import CHAT, RIGHTS
from bot.commands import registry, starters
from bot.commands.base import Caller, Command, Forbidden, Refused
from bot.console.console import parse
from bot.personas.face import starter_buttons
from bot.ports import Place
from storage import access, personas, settings
from storage.access import ALLOW, DENY, OPERATOR, SERVERS, Rule
from storage.engines.base import Transaction
from storage.settings import GLOBAL, Wish
from tests.commands.conftest import NOW, Troupe
from tests.commands.conftest import OPERATOR as TERMINAL
from tests.storage.outside import File

LISTED, FREE = "100", "300"  # a server that lets one role in, and one without rules

# What each command needs: nothing, to be let talk, to be heard as well, a right of a server, its rules, the operator.
NEEDS = {
    "chat": "words",
    "reset": "conversations",
    "persona list": "talk",
    "persona show": "talk",
    "persona use": "talk",
    "persona bind": "personas",
    "persona unbind": "personas",
    "persona why": "anyone",
    "persona create": "personas",
    "persona edit": "personas",
    "persona draft": "personas",
    "persona archive": "personas",
    "persona ban": "operator",
    "persona unban": "operator",
    "persona mute": "anyone",
    "persona unmute": "anyone",
    "memory list": "anyone",
    "memory search": "anyone",
    "memory add": "words",
    "memory export": "anyone",
    "memory edit": "words",
    "memory forget": "anyone",
    "memory pin": "talk",
    "memory history": "anyone",
    "memory undo": "talk",
    "memory why": "anyone",
    "memory wrong": "talk",
    "memory helpful": "talk",
    "memory pause": "anyone",
    "memory consolidate": "memories",
    "lore list": "talk",
    "lore show": "talk",
    "lore add": "lore",
    "lore edit": "lore",
    "lore remove": "lore",
    "privacy policy": "anyone",
    "privacy export": "anyone",
    "privacy forget": "anyone",
    "privacy opt-out": "anyone",
    "privacy opt-in": "anyone",
    "prompt activate": "personas",
    "prompt diff": "talk",
    "prompt history": "talk",
    "queue list": "conversations",
    "queue retry": "conversations",
    "queue cancel": "conversations",
    "config get": "talk",
    "config explain": "talk",
    "config history": "talk",
    "config set": "settings",
    "config unset": "settings",
    "access list": "rules",
    "access explain": "anyone",
    "access history": "rules",
    "access allow": "rules",
    "access deny": "rules",
    "access remove": "rules",
    "quiet": "rules",
    "pairing list": "operator",
    "pairing approve": "operator",
    "pairing revoke": "operator",
    "key set": "talk",
    "key show": "anyone",
    "key remove": "anyone",
    "usage me": "anyone",
    "usage guild": "settings",
    "usage top": "settings",
    "usage persona": "settings",
    "usage bot": "operator",
    "status": "talk",
    "doctor": "anyone",
    "help": "anyone",
}
LAST = {"access deny", "privacy opt-out"}  # what the same person may no longer do after them
OF_A_SERVER = set(RIGHTS) - {CHAT}


@dataclass(frozen=True)
class Kind:
    """A kind of member: who orders, and which needs are theirs."""

    caller: Caller
    has: set[str]


def caller(number: str, guild: str, *, manage: bool = False, roles: tuple[str, ...] = ()) -> Caller:
    place = Place("discord", f"{guild}1", guild) if guild else Place("discord", f"77{number}", kind="dm")
    return Caller("discord", number, f"Member {number}", place, manage, roles=roles)


ALL = {"anyone", "talk", "words", *OF_A_SERVER}
KINDS = {
    "stranger": Kind(caller("1", LISTED), {"anyone"}),
    "member": Kind(caller("2", FREE), {"anyone", "talk", "words"}),
    "member with an allowed role": Kind(caller("3", LISTED, roles=("55",)), ALL),
    "manager": Kind(caller("4", FREE, manage=True), {*ALL, "rules"}),
    "manager whom the server's own rule bars": Kind(caller("5", LISTED, manage=True), {"anyone", "rules"}),
    "operator": Kind(TERMINAL, {*ALL, "rules", "operator"}),
    "banned": Kind(caller("6", FREE, manage=True), {"anyone"}),
    "in a server that is not served": Kind(caller("7", "400", manage=True), {"anyone"}),
    "opted out": Kind(caller("8", FREE), {"anyone", "talk"}),
    "where direct messages are closed": Kind(caller("9", ""), {"anyone"}),
}


def lay(tx: Transaction) -> None:
    """The rules by which these are what they are."""
    made = [(LISTED, CHAT, f"guild:{LISTED}", DENY), (LISTED, CHAT, "role:55", ALLOW)]
    made += [(LISTED, right, "role:55", ALLOW) for right in OF_A_SERVER]
    made += [(OPERATOR, CHAT, "person:6", DENY), (OPERATOR, CHAT, SERVERS, DENY)]
    made += [(OPERATOR, CHAT, f"guild:{guild}", ALLOW) for guild in (LISTED, FREE)]
    for number, (guild, may, subject, verdict) in enumerate(made):
        rule = Rule(f"acc_{number}", "discord", guild, may, subject, verdict, None, "", "test", NOW)
        assert access.put(tx, rule)
    assert settings.change(tx, Wish(GLOBAL, "direct_messages", "closed", "test", ""), NOW)


def test_every_command_is_in_the_matrix_and_no_other() -> None:
    assert set(NEEDS) == {command.name for command in registry.commands()}


@pytest.mark.parametrize("name", KINDS)
async def test_each_may_order_what_is_theirs_and_nothing_else_in_any_way(
    troupe: Troupe, tmp_path: Path, name: str
) -> None:
    kind = KINDS[name]
    await troupe.database.write(lay)
    if name == "opted out":
        await troupe.order(kind.caller, "privacy opt-out")
    before = File(tmp_path / "troupe.db").whole()
    lacking = [command for command in registry.commands() if NEEDS[command.name] not in kind.has]
    having = [command for command in registry.commands() if command not in lacking]
    having.sort(key=lambda command: command.name in LAST)

    assert [one.name for one in lacking if not await refused(troupe, kind.caller, one)] == []
    assert File(tmp_path / "troupe.db").whole() == before
    assert [one.name for one in having if await refused(troupe, kind.caller, one)] == []


async def refused(troupe: Troupe, who: Caller, command: Command) -> bool:
    """Whether it is forbidden, typed, as a form and as a button alike."""
    _, given = parse(command.example)
    if command.name.startswith("config") and "level" in given:
        given["level"] = "guild" if who.guild_id else "global" if who.operates else "channel"
    ways = [registry.run(troupe.office, who, command.name, given)]
    if command.submit is not None:
        ways += [f(troupe.office, who, f"{command.name}:none", {}) for f in (registry.submit, registry.reopen)]
    if command.confirms:
        ways.append(registry.press(troupe.office, who, f"{registry.CONFIRM}{command.confirms}:none"))
    found = set()
    for way in ways:
        try:
            await way
            found.add(False)
        except Forbidden:
            found.add(True)
        except Refused:
            found.add(False)
    assert len(found) == 1, f"/{command.name} is forbidden in one way and not in another"
    return found.pop()


@pytest.mark.parametrize("name", ["stranger", "banned", "opted out", "where direct messages are closed"])
async def test_who_may_not_talk_may_not_press_a_suggestion(troupe: Troupe, name: str) -> None:
    kind = KINDS[name]
    await troupe.database.write(lay)
    if name == "opted out":
        await troupe.order(kind.caller, "privacy opt-out")
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    button = starter_buttons(ada.id, ada.sheet)[0]

    with pytest.raises(Forbidden):
        await starters.pressed(troupe.office, kind.caller, button.key, button.label, "1", NOW)

    assert troupe.outside.said == []


async def test_a_right_that_was_given_ends_with_its_rule(troupe: Troupe) -> None:
    boss = caller("4", FREE, manage=True)
    keeper = caller("3", FREE, roles=("55",))
    await troupe.order(boss, "access allow", whom="<@&55>", right="personas")
    await troupe.order(keeper, "persona bind", name="ada")
    await troupe.order(boss, "access remove", whom="<@&55>", right="personas")

    with pytest.raises(Forbidden, match="Manage Server"):
        await troupe.order(keeper, "persona unbind")
    with pytest.raises(Forbidden, match="Manage Server"):
        await troupe.order(replace(keeper, may=frozenset({"personas"})), "persona unbind")
