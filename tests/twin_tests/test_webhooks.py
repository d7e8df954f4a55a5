"""Webhooks and what they post."""

from __future__ import annotations

import io

import discord
import pytest

from .conftest import Connect, Scene


async def test_a_webhook_posts_edits_and_lists_under_its_own_name(scene: Scene, connect: Connect) -> None:
    client = await connect()
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label="Again", custom_id="again:1"))

    sent = await hook.send("To be", username="Hamlet", view=view, wait=True)
    await sent.edit(content="or not to be")
    listed = [each async for each in client.get_channel(scene.channel.id).history()]

    message = scene.twin.messages(scene.channel)[0]
    assert (message.username, message.content, message.webhook_id) == ("Hamlet", "or not to be", hook.id)
    assert message.components[0]["components"][0]["custom_id"] == "again:1"
    assert [each.author.name for each in listed] == ["Hamlet"]
    assert [each.webhook_id for each in client.heard] == [hook.id]
    assert client.heard[0].application_id == client.application_id


async def test_a_webhook_sends_a_file_and_the_channel_has_it(scene: Scene, connect: Connect) -> None:
    client = await connect()
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")

    sent = await hook.send(file=discord.File(io.BytesIO(b"map"), "map.png"), wait=True)

    assert await sent.attachments[0].read() == b"map"


async def test_a_webhook_needs_the_thread_of_its_message(scene: Scene, connect: Connect) -> None:
    client = await connect()
    thread = scene.guild.add_thread(scene.channel)
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")
    sent = await hook.send("inside", thread=discord.Object(thread.id), wait=True)

    with pytest.raises(discord.NotFound) as caught:
        await hook.fetch_message(sent.id)
    found = await hook.fetch_message(sent.id, thread=discord.Object(thread.id))

    assert caught.value.code == 10008
    assert found.content == "inside"
    assert scene.twin.messages(thread)[0].content == "inside"


async def test_a_forum_needs_a_thread(scene: Scene, connect: Connect) -> None:
    client = await connect()
    forum = scene.guild.add_forum("forum")
    hook = discord.Webhook.from_state(scene.twin.add_webhook(forum, "Troupe").payload(), client._connection)

    with pytest.raises(discord.HTTPException) as caught:
        await hook.send("lost")

    assert caught.value.code == 220001


async def test_a_locked_thread_is_refused_and_an_archived_one_wakes_up(scene: Scene, connect: Connect) -> None:
    client = await connect()
    thread = scene.guild.add_thread(scene.channel)
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")
    scene.twin.update_channel(thread, archived=True)

    await hook.send("wake", thread=discord.Object(thread.id))
    awake = not thread.archived
    scene.twin.update_channel(thread, archived=True, locked=True)
    with pytest.raises(discord.HTTPException) as caught:
        await hook.send("again", thread=discord.Object(thread.id))

    assert awake
    assert caught.value.code == 50083


async def test_a_deleted_webhook_is_unknown(scene: Scene, connect: Connect) -> None:
    client = await connect()
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")
    scene.twin.delete_webhook(scene.twin.webhooks[hook.id])

    with pytest.raises(discord.NotFound) as caught:
        await hook.send("anyone?")

    assert caught.value.code == 10015


async def test_the_sixteenth_webhook_is_refused(scene: Scene, connect: Connect) -> None:
    client = await connect()
    for number in range(15):
        scene.twin.add_webhook(scene.channel, f"hook {number}")

    with pytest.raises(discord.HTTPException) as caught:
        await client.get_channel(scene.channel.id).create_webhook(name="one more")

    assert caught.value.code == 30007
    assert len(await client.get_channel(scene.channel.id).webhooks()) == 15


@pytest.mark.parametrize("name", ["Clyde", "my discord friend"])
async def test_a_reserved_name_is_refused(scene: Scene, connect: Connect, name: str) -> None:
    client = await connect()
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")

    with pytest.raises(discord.HTTPException) as caught:
        await hook.send("hello", username=name)

    assert caught.value.code == 50035
