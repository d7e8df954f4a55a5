"""The lorebook as people write it: by forms, in its place, by those who may, with every change in the journal."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.commands import registry
from bot.commands.base import Answer, Caller, Refused
from storage import lore
from storage.lore import Entry, Reach
from tests.commands.conftest import ANN, BOB, DAN, EVE, OPERATOR, Troupe

PIER = {"title": "The old pier", "keys": "pier, Old Pier,pier", "content": "It burnt down in 1911.", "priority": "70"}
THREAD = replace(ANN, place=replace(ANN.place, channel_id="1009", parent_id=ANN.place.channel_id, kind="thread"))


async def write(troupe: Troupe, caller: Caller = ANN, persona: str = "", **changed: str) -> Answer:
    """Write an entry by its form."""
    shown = await troupe.order(caller, "lore add", persona=persona)
    return await troupe.fill(caller, shown, **{**PIER, **changed})


async def change(troupe: Troupe, caller: Caller, entry: str, **changed: str) -> Answer:
    return await troupe.fill(caller, await troupe.order(caller, "lore edit", entry=entry), **changed)


async def here(troupe: Troupe, caller: Caller = ANN) -> list[Entry]:
    """The entries of the caller's channel."""
    place = caller.place
    scope = lore.of_channel(place.platform, place.guild_id, place.channel_id)
    return await troupe.database.read(lore.listed, scope)


async def test_add_asks_five_questions_that_fit_discord(troupe: Troupe) -> None:
    form = (await troupe.order(ANN, "lore add")).form

    assert form is not None and len(form.fields) == 5
    assert len(form.key) <= 100 and len(form.title) <= 45
    assert all(len(field.label) <= 45 and len(field.hint) <= 100 and field.longest <= 4000 for field in form.fields)


async def test_what_was_written_is_kept_and_shown(troupe: Troupe) -> None:
    answer = await write(troupe)

    [entry] = await here(troupe)
    shown = (await troupe.order(BOB, "lore show", entry="the OLD pier")).text
    assert "stands in the lorebook of this channel" in answer.text
    assert (entry.word_list, entry.priority, entry.always_on, entry.enabled) == (("pier", "Old Pier"), 70, 0, 1)
    assert (entry.source, entry.author) == ("person", f"{ANN.name} ({ANN.platform_id})")
    assert "> It burnt down in 1911." in shown
    assert "when somebody says pier, Old Pier, priority 70" in shown
    assert f"{ANN.name} ({ANN.platform_id}): written" in shown
    assert (await troupe.order(BOB, "lore show", entry=entry.id)).text == shown


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": " "}, "“Title” must have 1 to 80 characters, and has 0"),
        ({"title": "x" * 81}, "“Title” must have 1 to 80 characters, and has 81"),
        ({"keys": ""}, "“Keys” must name at least one word, or “When” say always"),
        ({"keys": ",".join(map(str, range(13)))}, "“Keys” must be at most 12 words"),
        ({"keys": "x" * 61}, "phrases of up to 60 characters"),
        ({"content": ""}, "“What is so” must have 1 to 2000 characters"),
        ({"content": "x" * 2001}, "and has 2001"),
        ({"when": "sometimes"}, "“When” must be keys, always or off"),
        ({"priority": "101"}, "“Priority” must be a whole number from 0 to 100"),
        ({"priority": "-1"}, "“Priority” must be"),
        ({"priority": "٣"}, "“Priority” must be"),
        ({"title": "", "content": "", "when": "?"}, "“Title”.*“What is so”.*“When”"),
    ],
)
async def test_what_no_entry_may_be_is_refused_and_nothing_is_kept(
    troupe: Troupe, changed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=f"Nothing was saved: .*{sentence}"):
        await write(troupe, **changed)

    assert await here(troupe) == []


async def test_a_form_that_was_refused_comes_back_with_its_words(troupe: Troupe) -> None:
    answer = await registry.reopen(troupe.office, ANN, "lore add:", {**PIER, "priority": "top"})

    assert answer.form is not None
    assert {field.key: field.value for field in answer.form.fields} == {**PIER, "priority": "top"} | {
        field.key: field.value for field in answer.form.fields if field.key == "when"
    }


async def test_a_title_stands_once_in_a_book_whatever_its_case(troupe: Troupe) -> None:
    await write(troupe)
    await write(troupe, title="The new pier")

    with pytest.raises(Refused, match="has an entry “The old pier”"):
        await write(troupe, title="the Old PIER")
    with pytest.raises(Refused, match="has an entry “The old pier”"):
        await change(troupe, ANN, "The new pier", title="the old pier")

    assert len(await here(troupe)) == 2


async def test_only_those_who_manage_the_server_write(troupe: Troupe) -> None:
    await write(troupe)

    for name in ("lore add", "lore edit", "lore remove"):
        given = {} if name == "lore add" else {"entry": "The old pier"}
        with pytest.raises(Refused, match="needs the Manage Server permission"):
            await troupe.order(BOB, name, **given)
        with pytest.raises(Refused, match="for a whole server"):
            await troupe.order(DAN, name, **given)
    [entry] = await here(troupe)
    with pytest.raises(Refused, match="needs the Manage Server permission"):
        await registry.press(troupe.office, BOB, f"confirm:unlore:{entry.id}")


async def test_another_server_sees_and_changes_nothing_of_it(troupe: Troupe) -> None:
    await write(troupe)
    [entry] = await here(troupe)
    form = (await troupe.order(ANN, "lore edit", entry=entry.id)).form
    assert form is not None

    assert "pier" not in (await troupe.order(EVE, "lore list")).text
    assert await registry.complete(troupe.office, EVE, "lore", "pier") == []
    for word in (entry.id, entry.title):
        for name in ("lore show", "lore edit", "lore remove"):
            with pytest.raises(Refused, match="has no entry"):
                await troupe.order(EVE, name, entry=word)
    with pytest.raises(Refused, match="has no entry"):
        await registry.press(troupe.office, EVE, f"confirm:unlore:{entry.id}")
    with pytest.raises(Refused, match="out of date"):
        await registry.submit(troupe.office, EVE, form.key, {"title": "Mine"})
    assert await here(troupe) == [entry]


async def test_an_edit_keeps_what_changed_and_says_so(troupe: Troupe) -> None:
    await write(troupe)

    answer = await change(troupe, ANN, "The old pier", content="It burnt twice.", when="always", keys="")

    [entry] = await here(troupe)
    newest, _ = await troupe.database.read(lore.changes, entry.scope, entry.id)
    assert "is changed: keys, what is so and when." in answer.text
    assert (entry.content, entry.always_on, entry.word_list) == ("It burnt twice.", 1, ())
    assert json.loads(newest.before_state)["content"] == "It burnt down in 1911."
    assert newest.reason == "changed keys, what is so and when"


async def test_a_form_sent_as_it_came_changes_nothing(troupe: Troupe) -> None:
    await write(troupe, when="off")

    answer = await change(troupe, ANN, "The old pier")

    [entry] = await here(troupe)
    assert "Nothing changed" in answer.text
    assert len(await troupe.database.read(lore.changes, entry.scope, entry.id)) == 1


async def test_two_who_edit_at_once_undo_nothing_of_each_other(troupe: Troupe) -> None:
    await write(troupe)
    first = await troupe.order(ANN, "lore edit", entry="The old pier")
    second = await troupe.order(ANN, "lore edit", entry="The old pier")

    await troupe.fill(ANN, first, content="It burnt twice.")
    await troupe.fill(ANN, second, priority="5")

    [entry] = await here(troupe)
    assert (entry.content, entry.priority) == ("It burnt twice.", 5)


async def test_one_that_is_off_is_told_nowhere_and_comes_back_as_it_was(troupe: Troupe) -> None:
    await write(troupe, when="always")
    reach = Reach("", "discord", "100", "1001")

    await change(troupe, ANN, "The old pier", when="Off ")
    assert await troupe.database.read(lore.live, reach) == []
    assert "is off" in (await troupe.order(BOB, "lore list")).text
    await change(troupe, ANN, "The old pier", when="always")

    assert [one.always_on for one in await troupe.database.read(lore.live, reach)] == [1]


async def test_remove_asks_and_then_takes_it_out(troupe: Troupe) -> None:
    await write(troupe)
    [entry] = await here(troupe)

    asked = await troupe.order(ANN, "lore remove", entry="The old pier")
    assert await here(troupe) == [entry]
    await registry.press(troupe.office, ANN, asked.buttons[0].key)

    assert await here(troupe) == []
    newest, _ = await troupe.database.read(lore.changes, entry.scope, entry.id)
    assert (newest.before_state, newest.after_state) == (entry.snapshot(), "")
    with pytest.raises(Refused, match="has no entry"):
        await registry.press(troupe.office, ANN, asked.buttons[0].key)


async def test_a_form_of_an_entry_that_is_gone_says_so(troupe: Troupe) -> None:
    await write(troupe)
    shown = await troupe.order(ANN, "lore edit", entry="The old pier")
    asked = await troupe.order(ANN, "lore remove", entry="The old pier")
    await registry.press(troupe.office, ANN, asked.buttons[0].key)

    with pytest.raises(Refused, match="out of date"):
        await troupe.fill(ANN, shown, content="Anew.")


async def test_a_thread_shows_its_channel_s_entries_and_has_its_own(troupe: Troupe) -> None:
    await write(troupe)
    await write(troupe, THREAD, title="The mole")

    inside, around = (await troupe.order(THREAD, "lore list")).text, (await troupe.order(ANN, "lore list")).text

    assert "The old pier" in inside and "The mole" in inside and "the channel that this thread is in" in inside.lower()
    assert "The old pier" in around and "The mole" not in around


async def test_a_shared_persona_s_book_is_read_and_not_written_here(troupe: Troupe) -> None:
    listed = (await troupe.order(BOB, "lore list", persona="halvard")).text
    [(goat, _)] = await _of_halvard(troupe, BOB, "admiral")

    assert "Admiral the goat" in listed and "wherever it talks" in listed
    assert "one horn and a half" in (await troupe.order(BOB, "lore show", entry=goat)).text
    with pytest.raises(Refused, match=r"/persona edit halvard makes this server's own"):
        await troupe.order(ANN, "lore edit", entry=goat)
    with pytest.raises(Refused, match=r"/persona edit halvard makes this server's own"):
        await write(troupe, persona="halvard")
    with pytest.raises(Refused, match=r"stands in halvard\.toml"):
        await troupe.order(OPERATOR, "lore remove", entry=goat)


async def _of_halvard(troupe: Troupe, caller: Caller, typed: str) -> list[tuple[str, str]]:
    """What is completed where Halvard answers."""
    await troupe.order(caller, "persona use", name="halvard")
    return await registry.complete(troupe.office, caller, "lore", typed)


async def test_a_server_s_own_edition_has_a_book_that_is_written_here(troupe: Troupe) -> None:
    await troupe.edit(ANN, "halvard", greeting="Evening, server.")
    answer = await write(troupe, persona="halvard")
    [(goat, _)] = await _of_halvard(troupe, ANN, "admiral")
    await change(troupe, ANN, goat, content="A goat of this server.")

    elsewhere = (await troupe.order(EVE, "lore list", persona="halvard")).text
    assert "the lorebook of Halvard" in answer.text
    assert "The old pier" in (await troupe.order(BOB, "lore list", persona="halvard")).text
    assert "The old pier" not in elsewhere and "Admiral the goat" in elsewhere
    [(theirs, _)] = await _of_halvard(troupe, EVE, "admiral")
    assert "one horn and a half" in (await troupe.order(EVE, "lore show", entry=theirs)).text
    with pytest.raises(Refused, match="has no entry"):
        await troupe.order(EVE, "lore show", entry=goat)


async def test_a_long_book_has_pages(troupe: Troupe) -> None:
    for number in range(16):
        await write(troupe, title=f"Pier {number:02}")

    first, second = [(await troupe.order(BOB, "lore list", page=page)).text for page in ("1", "2")]

    assert "16 entries" in first and "Page 1 of 2" in first and "Pier 15" not in first
    assert "Pier 15" in second and "Page" not in second
    with pytest.raises(Refused, match="no page 3; there are 2 pages"):
        await troupe.order(BOB, "lore list", page="3")


async def test_a_full_book_takes_no_more(troupe: Troupe) -> None:
    await write(troupe)
    [entry] = await here(troupe)
    for number in range(lore.MOST - 1):
        signed = lore.Signed(troupe.office.ids.new("lch"), "Ann", "filled", 0)
        another = replace(entry, id=troupe.office.ids.new("lor"), title=f"Pier {number}")
        await troupe.database.write(lore.add, another, signed)

    with pytest.raises(Refused, match="/lore remove makes room"):
        await write(troupe, title="One more")


async def test_the_terminal_writes_too(troupe: Troupe) -> None:
    answer = await write(troupe, OPERATOR)

    assert "this channel" in answer.text
    assert "The old pier" in (await troupe.order(OPERATOR, "lore list")).text


async def test_a_title_with_marks_is_shown_as_it_is(troupe: Troupe) -> None:
    await write(troupe, title="**@everyone** `x`")

    assert r"\*\*@everyone\*\* \`x\`" in (await troupe.order(BOB, "lore list")).text
