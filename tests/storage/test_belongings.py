"""Everything that is held of a person is handed to them, in parts, and nothing of anybody else."""

from __future__ import annotations

import json

from storage import access, belongings, bindings, feedback, mutes, pairings, provider_keys, settings
from storage.access import DENY, Rule
from storage.bindings import ChannelKey
from storage.database import Database
from storage.provider_keys import Owner, Sealed
from storage.records import Binding
from storage.settings import Wish
from tests.memory.ground import Ground
from tests.memory.ground import laid as lay
from tests.storage.conftest import NOW
from tests.storage.outside import Outside

MARA = ("discord", "0")


async def test_all_that_names_somebody_is_there_and_nothing_of_others(outside: Outside) -> None:
    database = Database(await outside.open())
    ground = await lay(database)
    bees = await ground.tell("Mara keeps bees.")
    await ground.tell("Tom keeps goats.", who="Tom")
    for who in ("Mara", "Tom"):
        await database.write(feedback.give, bees, ground.people[who].id, "helpful", NOW)
    await database.write(bindings.choose, *MARA, "10", ground.persona_id, NOW)
    await database.write(bindings.bind, ChannelKey("discord", "9", "10"), _ada(ground), "Mara (0)", NOW)
    for scope, name in (("user:discord:0", "Mara (0)"), ("guild:discord:10", "Mara (0)"), ("global", "Tom (1)")):
        await database.write(settings.change, Wish(scope, "language", "de", name, ""), NOW)
    for guild, about, by in (
        ("10", "person:0", "Tom (1)"),
        ("10", "person:1", "Mara (0)"),
        ("", "person:1", "Tom (1)"),
    ):
        rule = Rule(f"acc_{guild}{about}", "discord", guild, "chat", about, DENY, None, "", by, NOW)
        await database.write(access.put, rule)
    await database.write(mutes.begin, *MARA, ground.persona_id, NOW)
    await database.write(pairings.ask, *MARA, "c0de", NOW)

    for number in "01":
        owner, sealed = Owner("person", "discord", number), Sealed("master", "nonce", f"sealed {number}")
        await database.write(provider_keys.put, owner, "llm.example", sealed, f"ends{number}", NOW)

    part = await database.read(belongings.held, *MARA)
    await database.close()

    held = json.dumps(part.held)
    assert "ends0" in held and "ends1" not in held and "sealed" not in held
    assert "keeps bees" in held and "Tom" not in held and "goats" not in held
    found = {name: value for name, value in part.held.items() if isinstance(value, list)}
    assert {name: len(value) for name, value in found.items()} == {
        "memories": 1,
        "opinions": 1,
        "choices": 1,
        "settings": 2,
        "keys": 1,
        "deeds": 2,
        "rules_about_you": 1,
        "muted": 1,
        "direct_messages": 1,
        "messages": 1,
    }


async def test_parts_come_the_newest_first_and_hold_every_message_once(outside: Outside) -> None:
    database = Database(await outside.open())
    ground = await lay(database)
    for number in range(5):
        await ground.say("Mara", f"word {number}")

    parts = [await database.read(belongings.held, *MARA, part, 2) for part in (1, 2, 3)]
    await database.close()

    words = [[one["content"] for one in part.held["messages"]] for part in parts]  # type: ignore[attr-defined]
    assert words == [["word 4", "word 3"], ["word 2", "word 1"], ["word 0"]]
    assert {part.parts for part in parts} == {3} and "memories" not in parts[1].held


def _ada(ground: Ground) -> Binding:
    return Binding(ground.persona_id, "always")
