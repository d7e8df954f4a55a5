"""Being forgotten and not being heard, as people order them on Discord."""

from __future__ import annotations

from bot.capabilities.unheard.unheard import SENTENCE
from tests.behaviour.stage import Stage, texts


def kept(stage: Stage) -> list[str]:
    """The words that are kept of people."""
    rows = stage.outside.rows("SELECT content FROM messages WHERE role = 'person' AND deleted_at IS NULL ORDER BY id")
    return [content for (content,) in rows]


async def test_who_is_forgotten_confirms_it_by_a_button_and_gets_a_receipt(stage: Stage) -> None:
    await stage.reply(await stage.bob.send(stage.channel, "Ada, my boat is called Petrel"))
    await stage.reply(await stage.alice.send(stage.channel, "Ada, good morning"))

    asked = await stage.bob.slash(stage.channel, "privacy forget")
    before = kept(stage)
    done = await stage.bob.click(asked.response, label="Forget me")

    assert before == ["Ada, my boat is called Petrel", "Ada, good morning"]
    assert kept(stage) == ["Ada, good morning"]
    assert asked.ephemeral and done.ephemeral and "1 message" in texts(done)


async def test_who_comes_back_is_answered_like_anybody(stage: Stage) -> None:
    await stage.reply(await stage.bob.send_dm("my boat is called Petrel"), stage.bob.user.dm_channel)
    asked = await stage.bob.slash(stage.channel, "privacy forget")
    await stage.bob.click(asked.response, label="Forget me")

    reply = await stage.reply(await stage.bob.send_dm("good evening"), stage.bob.user.dm_channel)

    assert "good evening" in reply.content
    assert kept(stage) == ["good evening"]


async def test_who_opted_out_is_told_once_how_to_be_heard_and_nothing_is_kept(stage: Stage) -> None:
    out = await stage.bob.slash(stage.channel, "privacy opt-out")

    reply = await stage.reply(await stage.bob.send(stage.channel, "Ada, my boat is called Petrel"))
    await stage.bob.send(stage.channel, "Ada, are you there?")
    await stage.reply(await stage.alice.send(stage.channel, "Ada, good morning"))

    assert out.ephemeral and SENTENCE in reply.content
    assert kept(stage) == ["Ada, good morning"]
    assert stage.outside.rows("SELECT count(*) FROM work WHERE capability = 'unheard'") == [(1,)]
    assert stage.outside.rows("SELECT count(*) FROM people WHERE name = 'Bob'") == [(0,)]


async def test_nobody_hands_on_the_message_of_who_opted_out(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, "the tide turns at six")
    await stage.bob.slash(stage.channel, "privacy opt-out")

    for menu in ("Ask a persona", "Remember this"):
        result = await stage.alice.context_menu(stage.channel, menu, message)

        assert result.ephemeral and "asked me not to hear them" in texts(result)
    assert kept(stage) == []


async def test_an_export_is_a_file_for_the_eyes_of_the_person_only(stage: Stage) -> None:
    await stage.reply(await stage.bob.send(stage.channel, "Ada, my boat is called Petrel"))

    result = await stage.bob.slash(stage.channel, "privacy export")

    [file] = result.response.attachments
    assert result.ephemeral and file.filename == "your-data.json"
