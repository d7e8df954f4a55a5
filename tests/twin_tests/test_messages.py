"""Messages between people and the bot."""

from __future__ import annotations

import discord
import pytest

from tests.twin import Permission

from .conftest import Connect, Scene


async def test_a_client_logs_in_and_sees_its_guild(scene: Scene, connect: Connect) -> None:
    client = await connect()

    guild = client.get_guild(scene.guild.id)

    assert guild is not None
    assert guild.get_channel(scene.channel.id).name == "general"
    assert guild.get_member(client.user.id) is not None
    assert client.application_flags.gateway_message_content_limited


async def test_a_message_is_heard_with_its_author_and_mentions(scene: Scene, connect: Connect) -> None:
    client = await connect()

    await scene.bob.say(scene.channel, f"hello <@{client.user.id}>")
    await client.until(lambda: client.heard)

    heard = client.heard[0]
    assert (heard.content, heard.author.id) == (f"hello <@{client.user.id}>", scene.bob.id)
    assert isinstance(heard.author, discord.Member)
    assert client.user in heard.mentions


async def test_a_reply_names_the_message_it_answers_and_pings_its_author(scene: Scene, connect: Connect) -> None:
    client = await connect()
    sent = await client.get_channel(scene.channel.id).send("question?")

    await scene.bob.say(scene.channel, "answer", reply_to=scene.twin.messages(scene.channel)[0])
    await client.until(lambda: "answer" in client.texts)

    heard = client.heard[-1]
    assert heard.reference.message_id == sent.id
    assert heard.reference.resolved.content == "question?"
    assert client.user in heard.mentions


async def test_a_nonce_seen_before_gives_the_same_message(scene: Scene, connect: Connect) -> None:
    client = await connect()
    channel = client.get_channel(scene.channel.id)

    first = await channel.send("once", nonce="turn-1")
    second = await channel.send("once", nonce="turn-1")

    assert first.id == second.id
    assert [each.content for each in scene.twin.messages(scene.channel)] == ["once"]


async def test_a_nonce_of_a_deleted_message_is_an_error(scene: Scene, connect: Connect) -> None:
    client = await connect()
    channel = client.get_channel(scene.channel.id)
    sent = await channel.send("once", nonce="turn-1")
    await sent.delete()

    with pytest.raises(discord.HTTPException) as caught:
        await channel.send("once", nonce="turn-1")

    assert caught.value.status == 400


async def test_history_after_a_cursor_gives_everything_in_order(scene: Scene, connect: Connect) -> None:
    client = await connect()
    marks = scene.twin.backlog(scene.channel, scene.bob, 250)
    channel = client.get_channel(scene.channel.id)

    after = [each.content async for each in channel.history(after=marks[9], limit=None)]
    newest = [each.content async for each in channel.history(limit=2)]

    assert after == [f"message {number}" for number in range(11, 251)]
    assert newest == ["message 250", "message 249"]


async def test_an_aged_backlog_is_as_old_as_said(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.backlog(scene.channel, scene.bob, 2, age=9 * 3600)

    found = [each async for each in client.get_channel(scene.channel.id).history()]

    assert all((discord.utils.utcnow() - each.created_at).total_seconds() > 8.9 * 3600 for each in found)


async def test_edits_and_deletes_are_kept_and_told(scene: Scene, connect: Connect) -> None:
    client = await connect()
    message = await scene.bob.say(scene.channel, "frist")
    edited = client.wait_for("raw_message_edit", timeout=5)
    deleted = client.wait_for("raw_message_delete", timeout=5)
    await client.until(lambda: client.heard)

    await scene.bob.edit(message, "first")
    await scene.bob.delete(message)

    assert (await edited).data["content"] == "first"
    assert (await deleted).message_id == message.id
    assert [text for text, _ in message.edits] == ["first"]
    assert message.deleted and scene.twin.visible(scene.channel) == []


async def test_content_is_hidden_without_the_intent_except_where_it_is_due(scene: Scene, connect: Connect) -> None:
    scene.twin.allow_message_content = False
    client = await connect(content=False)

    await scene.bob.say(scene.channel, "secret")
    await scene.bob.say(scene.channel, "hey", mentions=[scene.twin.bot])
    await scene.bob.say(scene.twin.dm(scene.bob), "private")
    await client.until(lambda: len(client.heard) == 3)
    fetched = [each.content async for each in client.get_channel(scene.channel.id).history()]

    assert client.texts == ["", f"hey {client.user.mention}", "private"]
    assert fetched == [f"hey {client.user.mention}", ""]


async def test_a_disallowed_intent_closes_the_gateway(scene: Scene, connect: Connect) -> None:
    scene.twin.allow_message_content = False
    client = discord.Client(intents=discord.Intents(message_content=True))

    with pytest.raises(discord.PrivilegedIntentsRequired):
        await client.start("token")

    await client.close()


async def test_a_wrong_token_is_refused(scene: Scene) -> None:
    client = discord.Client(intents=discord.Intents.none())

    with pytest.raises(discord.LoginFailure):
        await client.login("another token")

    await client.close()


@pytest.mark.parametrize(("missing", "code"), [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)])
async def test_sending_without_permission_is_refused(
    scene: Scene, connect: Connect, missing: Permission, code: int
) -> None:
    client = await connect()
    scene.twin.set_bot_permissions(scene.channel, scene.guild.bot_permissions & ~missing)

    with pytest.raises(discord.Forbidden) as caught:
        await client.get_channel(scene.channel.id).send("hello")

    assert caught.value.code == code


async def test_the_client_computes_the_permissions_it_was_given(scene: Scene, connect: Connect) -> None:
    value = int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    scene.twin.set_bot_permissions(scene.channel, value)

    client = await connect()

    channel = client.get_channel(scene.channel.id)
    assert channel.permissions_for(channel.guild.me).value & value == value
    assert not channel.permissions_for(channel.guild.me).manage_webhooks


async def test_closed_direct_messages_are_refused(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.bob.dms_closed = True
    user = await client.fetch_user(scene.bob.id)

    with pytest.raises(discord.Forbidden) as caught:
        await user.send("hello")

    assert caught.value.code == 50007


async def test_too_long_and_empty_texts_are_refused(scene: Scene, connect: Connect) -> None:
    client = await connect()
    channel = client.get_channel(scene.channel.id)

    with pytest.raises(discord.HTTPException) as long:
        await channel.send("x" * 2001)
    with pytest.raises(discord.HTTPException) as empty:
        await channel.send(" ")

    assert (long.value.code, empty.value.code) == (50035, 50006)


async def test_a_forum_post_and_a_thread_are_threads_to_the_client(scene: Scene, connect: Connect) -> None:
    client = await connect()
    forum = scene.guild.add_forum("forum")
    post = scene.guild.add_forum_post(forum, "topic", scene.bob, "opening")

    await client.until(lambda: client.heard)
    started = await client.get_channel(scene.channel.id).create_thread(
        name="aside", type=discord.ChannelType.public_thread
    )
    active = await client.get_guild(scene.guild.id).active_threads()

    assert {each.id for each in active} == {post.id, started.id}
    assert isinstance(client.heard[0].channel, discord.Thread)


async def test_an_attachment_can_be_read_back(scene: Scene, connect: Connect) -> None:
    client = await connect()

    await scene.bob.say(scene.channel, "see", attachments=[("note.txt", b"paper")])
    await client.until(lambda: client.heard)

    assert await client.heard[0].attachments[0].read() == b"paper"
