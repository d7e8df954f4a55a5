"""Every command through Discord's own face: answered, seen by whom it should be, and complete."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.commands import registry
from bot.commands.base import Command
from tests.behaviour.stage import Stage, texts

GIVEN: dict[str, dict[str, Any]] = {
    "chat": {"message": "hello there"},
    "persona show": {"name": "ada"},
    "persona use": {"name": "halvard"},
    "persona bind": {"name": "ada"},
    "persona edit": {"name": "ada"},
    "persona archive": {"name": "odile"},
    "persona ban": {"name": "odile"},
    "persona draft": {"idea": "a grumpy lighthouse keeper"},
    "persona unban": {"name": "odile"},
    "memory add": {"text": "I am allergic to nuts"},
    "memory search": {"words": "nuts"},
    "memory edit": {"id": "mem_none", "text": "I like nuts"},
    "memory forget": {"id": "mem_none"},
    "memory pin": {"id": "mem_none"},
    "memory wrong": {"id": "mem_none"},
    "memory helpful": {"id": "mem_none"},
    "memory history": {"id": "mem_none"},
    "memory undo": {"id": "mem_none"},
    "lore show": {"entry": "The pier"},
    "lore edit": {"entry": "The pier"},
    "lore remove": {"entry": "The pier"},
    "prompt diff": {"name": "ada", "old": 1, "new": 1},
    "prompt activate": {"name": "ada", "number": 1},
    "config set": {"name": "temperature", "value": "0.5", "level": "user"},
    "config unset": {"name": "temperature", "level": "user"},
    "config explain": {"name": "temperature"},
    "access allow": {"whom": "here"},
    "access deny": {"whom": "<@7>"},
    "access remove": {"whom": "here"},
    "persona mute": {"name": "odile"},
    "persona unmute": {"name": "odile"},
    "pairing approve": {"code": "none"},
    "pairing revoke": {"whom": "<@7>"},
    "usage persona": {"name": "ada"},
    "queue retry": {"id": "wrk_none"},
    "queue cancel": {"id": "wrk_none"},
}
COMMANDS = [pytest.param(command, id=command.name) for command in registry.commands()]


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_answers_in_a_server_for_those_it_concerns(stage: Stage, command: Command) -> None:
    if command.name == "persona unbind":
        await stage.bind("ada", "always")
    if command.name.startswith("lore "):
        await stage.write_lore("The pier")
    if command.operator:
        stage.own(stage.alice)
    before = stage.contents() if command.reads else {}

    result = await stage.alice.slash(stage.channel, command.name, **GIVEN.get(command.name, {}))

    assert result.acknowledged
    assert bool(result.modal) is command.opens_form
    if not command.opens_form:
        assert texts(result)
        assert result.ephemeral is command.private
    if command.reads:
        assert stage.contents() == before


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_answers_in_a_direct_message(stage: Stage, command: Command) -> None:
    result = await stage.bob.user.slash(command.name, **GIVEN.get(command.name, {}))

    assert result.acknowledged
    assert texts(result) or result.modal
    if command.manage:
        assert "for a whole server" in texts(result)


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_and_option_tells_what_it_is_for(stage: Stage, command: Command) -> None:
    first, _, second = command.name.partition(" ")
    told = stage.env.backend.find_command(first, None, type=1)
    told = next((one for one in told["options"] if one["name"] == second), told)

    assert told["description"] == command.summary
    assert [(one["name"], one["description"]) for one in told.get("options", [])] == [
        (one.name, one.description) for one in command.options
    ]
    assert [bool(one.get("autocomplete")) for one in told.get("options", [])] == [
        bool(one.complete) for one in command.options
    ]
    assert [[choice["value"] for choice in one.get("choices", [])] for one in told.get("options", [])] == [
        list(one.choices) for one in command.options
    ]


async def test_help_lists_every_command_with_an_example(stage: Stage) -> None:
    text = texts(await stage.bob.slash(stage.channel, "help"))

    for command in registry.commands():
        assert f"`{command.example}` {command.summary}" in text


async def test_chat_shows_who_said_what_and_the_persona_answers_below(stage: Stage) -> None:
    result = await stage.bob.slash(stage.channel, "chat", message="what is a tide?", persona="odile")

    reply = await stage.reply(result.response.message)

    assert result.response.content == "**Bob** to **Odile**: what is a tide?"
    assert not result.ephemeral
    assert reply.author.name == "Odile"
    assert "what is a tide?" in reply.content


async def test_a_mistake_in_a_public_command_is_seen_by_the_person_only(stage: Stage) -> None:
    result = await stage.bob.slash(stage.channel, "chat", message="hello", persona="nobody")

    assert result.ephemeral
    assert "no persona called “nobody”" in texts(result)


async def test_the_message_menu_asks_about_somebody_s_message(stage: Stage) -> None:
    message = await stage.alice.send(stage.channel, "the tide turns at six")

    result = await stage.bob.context_menu(stage.channel, "Ask a persona", message)
    reply = await stage.reply(result.response.message)

    assert "alice wrote" in reply.content.lower()
    assert "the tide turns at six" in reply.content


async def test_the_message_menu_refuses_a_message_without_words(stage: Stage) -> None:
    await stage.guild.create_webhook(stage.channel).send(embed=discord.Embed(title="News"))
    empty = stage.channel.history()[-1]

    result = await stage.bob.context_menu(stage.channel, "Ask a persona", empty)

    assert "no words" in texts(result)
    assert result.ephemeral


async def test_an_answer_longer_than_a_message_goes_on_in_further_ones(stage: Stage) -> None:
    for name in ("ada", "bombazine"):
        await stage.change(name, voice="\n".join(f"{name} rule {number}: never say it twice." for number in range(90)))

    result = await stage.alice.slash(stage.channel, "prompt diff", name="ada", old=1, new=2)

    parts = [result.response, *result.followups]
    assert len(parts) > 1
    assert all(len(part.content) <= 2000 and part.ephemeral for part in parts)
    assert all(part.content.count("```") == 2 for part in parts)
    assert "ada rule 0:" in texts(result)


async def test_a_long_question_is_shown_whole(stage: Stage) -> None:
    words = " ".join(f"word{number}" for number in range(500))

    result = await stage.bob.slash(stage.channel, "chat", message=words)

    assert "word0 " in result.response.content
    assert "word499" in result.followups[-1].content
    await stage.reply(result.response.message)


async def test_reset_lets_the_persona_forget_what_was_said_before(stage: Stage) -> None:
    await stage.reply(await stage.bob.send(stage.channel, "Ada, my boat is called Marlin"))

    result = await stage.alice.slash(stage.channel, "reset", persona="ada")
    await stage.reply(await stage.bob.send(stage.channel, "Ada, what is my boat called?"))

    assert "begins anew" in texts(result)
    assert "Marlin" not in str(stage.server.calls[-1].body["messages"])


async def test_status_says_what_was_measured(stage: Stage) -> None:
    await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))

    text = texts(await stage.bob.slash(stage.channel, "status"))

    assert "**Health** all well" in text
    assert "**Gateway** connected" in text
    assert "**Models** gpt-test" in text
    assert "**Discord** 1 server\n" in text
    assert "**Model calls in 24 hours** 1 OK" in text
    assert "**Personas** 5 of 5 talk here" in text
    assert "**Owed** nothing" in text


# ── completion ──


async def test_personas_are_completed_by_name_and_alias_start(stage: Stage) -> None:
    found = await stage.bob.autocomplete(stage.channel, "persona use", "name", "pal")

    assert [one["value"] for one in found] == ["paloma"]
    assert found[0]["name"].startswith("Paloma: ")


async def test_an_archived_persona_is_offered_only_where_it_may_be_brought_back(stage: Stage) -> None:
    await stage.archive("odile")

    to_use = await stage.bob.autocomplete(stage.channel, "persona use", "name", "odi")
    to_restore = await stage.alice.autocomplete(stage.channel, "persona archive", "name", "odi")

    assert to_use == []
    assert [one["value"] for one in to_restore] == ["odile"]


async def test_versions_are_those_of_the_persona_already_typed(stage: Stage) -> None:
    await stage.change("halvard", voice="You are Halvard, an AI. You say little.")

    of_halvard = await stage.alice.autocomplete(stage.channel, "prompt activate", "number", "", name="halvard")
    of_ada = await stage.alice.autocomplete(stage.channel, "prompt activate", "number", "", name="ada")
    of_house = await stage.alice.autocomplete(stage.channel, "prompt diff", "old", "", name="ada", slot="house")

    assert [one["value"] for one in of_halvard] == [2, 1]
    assert [one["value"] for one in of_ada] == [1]
    assert "house.md" in of_house[0]["name"]


# ── versions ──


async def test_an_older_version_changes_the_next_reply(stage: Stage) -> None:
    await stage.change("halvard", voice="You are Halvard, an AI. You only say ahoy.")
    await stage.reply(await stage.bob.send(stage.channel, "Halvard, evening"))
    assert "only say ahoy" in str(stage.server.calls[-1].body["messages"])

    result = await stage.alice.slash(stage.channel, "prompt activate", name="halvard", number=1)
    await stage.reply(await stage.bob.send(stage.channel, "Halvard, evening again"))

    assert "next reply uses version 1" in texts(result)
    assert "only say ahoy" not in str(stage.server.calls[-1].body["messages"][0])


async def test_history_says_who_changed_what_and_why(stage: Stage) -> None:
    await stage.change("ada", voice="You are Ada, an AI who likes tides.")

    text = texts(await stage.bob.slash(stage.channel, "prompt history", name="ada"))

    assert "`2` **active**" in text
    assert f"Alice ({stage.alice.id})" in text
    assert "changed voice" in text


# ── two servers ──


async def test_two_servers_do_not_see_each_other_s_personas(stage: Stage) -> None:
    _, elsewhere, carol = stage.add_guild("Island", "carol")
    await stage.create("Luna")

    listed = texts(await carol.slash(elsewhere, "persona list"))
    completed = await carol.autocomplete(elsewhere, "persona show", "name", "lun")
    shown = texts(await carol.slash(elsewhere, "persona show", name="luna"))
    owed = stage.owed()
    await carol.send(elsewhere, "Luna, hello")

    assert "Luna" in texts(await stage.bob.slash(stage.channel, "persona list"))
    assert "Luna" not in listed
    assert completed == []
    assert "no persona called" in shown
    assert stage.owed() == owed


async def test_what_one_server_changes_or_archives_stays_as_it_was_in_another(stage: Stage) -> None:
    _, elsewhere, carol = stage.add_guild("Island", "carol")
    await stage.change("ada", greeting="Ahoy, I am Ada of the harbour, an AI.")
    await stage.archive("odile")

    theirs = texts(await carol.slash(elsewhere, "persona show", name="ada"))
    ours = texts(await stage.bob.slash(stage.channel, "persona show", name="ada"))

    assert "Ahoy" in ours
    assert "this server's own" in ours
    assert "Ahoy" not in theirs
    assert "shared" in theirs
    assert "**Archived**" not in texts(await carol.slash(elsewhere, "persona list"))
    assert "**Archived**" in texts(await stage.bob.slash(stage.channel, "persona list"))


async def test_a_choice_in_one_server_is_none_in_another(stage: Stage) -> None:
    _, elsewhere, carol = stage.add_guild("Island", "carol")
    there = stage.guild.add_member(carol.user)
    await there.slash(stage.channel, "persona use", name="odile")

    await carol.send(elsewhere, f"{stage.mention} hello")

    reply = await stage.until(lambda: next((one for one in elsewhere.history() if one.author.name == "Ada"), None))
    assert reply
