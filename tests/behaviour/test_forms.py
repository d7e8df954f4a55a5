"""Personas are made and changed by forms, and nothing that was typed is lost."""

from __future__ import annotations

from tests.behaviour.stage import Stage, answers, filled, texts


async def test_create_asks_five_questions_and_makes_a_persona_that_answers(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona create")
    assert list(filled(shown.modal)) == ["display_name", "description", "voice", "greeting", "starters"]

    result = await stage.alice.submit_modal(shown, answers("Luna"))
    reply = await stage.reply(await stage.bob.send(stage.channel, "Luna, what is up?"))

    assert result.ephemeral
    assert "**Luna** is here" in texts(result)
    assert reply.author.name == "Luna"
    assert "You are Luna" in str(stage.server.calls[-1].body["messages"][0])


async def test_a_new_persona_s_suggestions_work_at_once(stage: Stage) -> None:
    result = await stage.create("Luna")

    pressed = await stage.alice.click(result.response, label="Tell me of Mars")

    assert (await stage.reply(pressed.response.message)).author.name == "Luna"


async def test_edit_shows_what_stands_there(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona edit", name="ada")

    fields = filled(shown.modal)
    assert shown.modal["title"] == "Edit Ada"
    assert fields["display_name"] == "Ada"
    assert fields["greeting"].startswith("Hi, I'm Ada.")
    assert fields["voice"].startswith("You are Ada")
    assert fields["starters"].splitlines()[2] == "Why is the sky dark at night?"


async def test_every_question_that_is_not_plain_has_a_hint(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona create")

    hints = {one["component"]["custom_id"]: one.get("description") for one in shown.modal["components"]}
    assert "80 characters" in hints["starters"]
    assert hints["voice"]
    assert hints["greeting"]


async def test_an_edit_is_a_second_version_and_says_what_changed(stage: Stage) -> None:
    result = await stage.change("ada", greeting="Ahoy, I am Ada, an AI.")

    assert "**Ada** is changed: greeting." in texts(result)
    assert "This server now has its own Ada" in texts(result)
    assert "Version 2" in texts(await stage.bob.slash(stage.channel, "persona show", name="ada"))
    greeted = await stage.reply(await stage.bob.send(stage.channel, stage.mention))
    assert greeted.content == "Ahoy, I am Ada, an AI."


async def test_a_second_edit_is_a_version_more_and_no_second_copy(stage: Stage) -> None:
    await stage.change("ada", greeting="Ahoy, I am Ada, an AI.")

    result = await stage.change("ada", voice="You are Ada, an AI of the harbour.")

    assert "its own" not in texts(result)
    history = texts(await stage.bob.slash(stage.channel, "prompt history", name="ada"))
    assert "`2` **active**" in history


async def test_a_form_sent_unchanged_changes_nothing(stage: Stage) -> None:
    before = stage.contents()

    result = await stage.change("ada")

    assert "Nothing changed" in texts(result)
    assert stage.contents() == before


async def test_bad_input_is_a_sentence_and_the_words_come_back(stage: Stage) -> None:
    before = stage.contents()

    result = await stage.create("Luna", starters="\n".join(f"suggestion {number}" for number in range(9)))

    assert texts(result).startswith("Nothing was saved: ")
    assert "Suggested messages" in texts(result)
    assert result.ephemeral
    (file,) = result.response.attachments
    assert file.filename == "your-words.txt"
    assert "You are Luna, an AI. You love stars." in (await file.read()).decode()
    assert stage.contents() == before


async def test_a_form_that_was_not_taken_opens_again_as_it_was_filled_in(stage: Stage) -> None:
    wrong = await stage.create("Ada")

    again = await stage.alice.click(wrong.response, label="Open the form again")
    done = await stage.alice.submit_modal(again, filled(again.modal) | {"display_name": "Luna"})

    assert "already answers to “Ada”" in texts(wrong)
    assert filled(again.modal) == answers("Ada")
    assert "**Luna** is here" in texts(done)


async def test_an_edit_that_was_not_taken_can_be_mended_too(stage: Stage) -> None:
    wrong = await stage.change("ada", starters="\n" * 3 + " ", greeting="Ahoy.")

    again = await stage.alice.click(wrong.response, label="Open the form again")
    done = await stage.alice.submit_modal(again, filled(again.modal) | {"starters": "What floats?"})

    assert "**Ada** is changed" in texts(done)
    assert "- What floats?" in texts(await stage.bob.slash(stage.channel, "persona show", name="ada"))


async def test_a_form_opened_before_a_restart_is_taken_after_it(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona create")

    await stage.restart()
    result = await stage.alice.submit_modal(shown, answers("Luna"))

    assert "**Luna** is here" in texts(result)
    assert "Luna" in texts(await stage.bob.slash(stage.channel, "persona list"))


async def test_an_edit_opened_before_a_restart_is_taken_after_it(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona edit", name="halvard")

    await stage.restart()
    result = await stage.alice.submit_modal(shown, filled(shown.modal) | {"description": "An AI who minds a lamp."})

    assert "**Halvard** is changed" in texts(result)
    assert "minds a lamp" in texts(await stage.bob.slash(stage.channel, "persona list"))


async def test_a_form_to_mend_opens_after_a_restart_with_every_word_in_its_place(stage: Stage) -> None:
    voice = "You are Ada, an AI.\n\nGreeting:\nGreeting (4 characters):\nnone"
    wrong = await stage.create("Ada", voice=voice)

    await stage.restart()
    again = await stage.alice.click(wrong.response, label="Open the form again")
    done = await stage.alice.submit_modal(again, filled(again.modal) | {"display_name": "Luna"})

    assert filled(again.modal) == answers("Ada") | {"voice": voice}
    assert "**Luna** is here" in texts(done)


async def test_a_form_whose_words_were_taken_away_is_ordered_again(stage: Stage) -> None:
    wrong = await stage.create("Ada")
    stage.env.backend.messages[stage.channel.id][wrong.response.id].attachments.clear()

    result = await stage.alice.click(wrong.response, label="Open the form again")

    assert "please order it again" in texts(result)


async def test_two_people_with_the_same_form_open_make_two_personas(stage: Stage) -> None:
    keeper = stage.guild.roles["Keeper"]
    dora = stage.guild.add_member(stage.env.create_user("dora"), roles=[keeper])
    first = await stage.alice.slash(stage.channel, "persona create")
    second = await dora.slash(stage.channel, "persona create")

    await stage.alice.submit_modal(first, answers("Luna"))
    await dora.submit_modal(second, answers("Nova"))

    listed = texts(await stage.bob.slash(stage.channel, "persona list"))
    assert "Luna" in listed
    assert "Nova" in listed


async def test_two_edits_at_once_both_count(stage: Stage) -> None:
    first = await stage.alice.slash(stage.channel, "persona edit", name="ada")
    second = await stage.alice.slash(stage.channel, "persona edit", name="ada")

    await stage.alice.submit_modal(first, filled(first.modal) | {"greeting": "Ahoy."})
    await stage.alice.submit_modal(second, filled(second.modal) | {"description": "An AI of the harbour."})

    shown = texts(await stage.bob.slash(stage.channel, "persona show", name="ada"))
    assert "Ahoy." in shown
    assert "An AI of the harbour." in shown


async def test_a_voice_too_long_for_a_form_is_left_as_it_is_and_the_form_says_so(stage: Stage) -> None:
    await stage.lengthen_voice("ada")

    shown = await stage.alice.slash(stage.channel, "persona edit", name="ada")
    await stage.alice.submit_modal(shown, filled(shown.modal) | {"greeting": "Ahoy."})

    assert "voice" not in filled(shown.modal)
    assert any("longer than a form can hold" in str(one.get("content")) for one in shown.modal["components"])
    await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))
    assert "a very long voice" in str(stage.server.calls[-1].body["messages"][0])
