"""Commands, buttons and modals against a real client."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import app_commands

from .conftest import Connect, Listener, Scene


class Question(discord.ui.Modal, title="Question"):
    """A modal with one field."""

    name: discord.ui.TextInput[Question] = discord.ui.TextInput(label="Name", custom_id="name")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"hello {self.name.value}")


class Buttons(discord.ui.View):
    """A persistent view with three buttons."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Say", custom_id="say")
    async def say(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="said")

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Question())


def build(listener: Listener) -> Listener:
    """Give a client some commands."""
    persona = app_commands.Group(name="persona", description="Personas")

    @persona.command(name="use", description="Use a persona")
    async def use(interaction: discord.Interaction, name: str, who: discord.Member | None = None) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send(f"{name} for {who}")
        await interaction.edit_original_response(content=f"{name} is here")

    @use.autocomplete("name")
    async def names(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}!", value=current)]

    @app_commands.context_menu(name="Ask a persona")
    async def ask(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}")

    listener.tree.add_command(persona)
    listener.tree.add_command(ask)
    return listener


async def ready(connect: Connect) -> Listener:
    """Connect a client with its commands synced."""
    client = await connect(build(Listener()))
    await client.tree.sync()
    return client


async def test_a_sync_is_recorded_and_ids_stay(scene: Scene, connect: Connect) -> None:
    client = await connect(build(Listener()))

    first = await client.tree.sync()
    second = await client.tree.sync()

    assert len(scene.twin.command_syncs) == 2
    assert {each["name"] for each in scene.twin.command_syncs[0]} == {"persona", "Ask a persona"}
    assert [each.id for each in first] == [each.id for each in second]


async def test_a_slash_command_defers_and_answers(scene: Scene, connect: Connect) -> None:
    await ready(connect)

    interaction = await scene.bob.slash(scene.channel, "persona use", {"name": "Hamlet", "who": scene.bob})
    await scene.twin.wait_for(lambda _: len(interaction.responses) == 3)

    assert [each.kind for each in interaction.responses] == ["defer", "followup", "edit"]
    assert interaction.ephemeral
    assert interaction.original.content == "Hamlet is here"
    assert interaction.responses[1].content == "Hamlet for Bob"
    assert scene.twin.messages(scene.channel) == []


async def test_a_command_nobody_registered_cannot_be_run(scene: Scene, connect: Connect) -> None:
    await connect()

    with pytest.raises(LookupError):
        await scene.bob.slash(scene.channel, "nothing")


async def test_autocomplete_offers_choices(scene: Scene, connect: Connect) -> None:
    await ready(connect)

    typed = await scene.bob.autocomplete(scene.channel, "persona use", {"name": "Ham"}, focused="name")
    await typed.answer()

    assert typed.choices == [{"name": "Ham!", "value": "Ham"}]


async def test_a_context_menu_reads_its_message_without_the_intent(scene: Scene, connect: Connect) -> None:
    scene.twin.allow_message_content = False
    client = await connect(build(Listener(content=False)))
    await client.tree.sync()
    message = await scene.bob.say(scene.channel, "the weather")

    interaction = await scene.bob.context_menu(scene.channel, "Ask a persona", message)

    assert (await interaction.answer()).content == "about the weather"
    assert scene.twin.messages(scene.channel)[-1].author_id == client.user.id


async def test_a_button_edits_its_message_after_a_restart(scene: Scene, connect: Connect) -> None:
    first = await connect()
    await first.get_channel(scene.channel.id).send("press", view=Buttons())
    await first.close()
    second = await connect()
    second.add_view(Buttons())
    message = scene.twin.messages(scene.channel)[0]

    interaction = await scene.bob.click(message, "say")
    await interaction.answer()

    assert message.content == "said"
    with pytest.raises(LookupError):
        await scene.bob.click(message, "missing")


async def test_a_modal_is_shown_filled_in_and_answered(scene: Scene, connect: Connect) -> None:
    client = await connect()
    await client.get_channel(scene.channel.id).send("press", view=Buttons())
    message = scene.twin.messages(scene.channel)[0]

    asked = await scene.bob.click(message, "ask")
    await asked.answer()
    submitted = await scene.bob.submit_modal(asked, {"name": "Bob"})

    assert (await submitted.answer()).content == "hello Bob"


async def test_a_second_answer_and_a_late_one_are_refused(scene: Scene, connect: Connect) -> None:
    client = await connect(build(Listener()))
    codes: list[int] = []
    done = asyncio.Event()

    @client.tree.command(name="twice", description="Answers twice")
    async def twice(interaction: discord.Interaction) -> None:
        scene.twin.interactions[interaction.token].age(late)
        for _ in range(2):
            try:
                interaction.response._response_type = None
                await interaction.response.send_message("answer")
            except discord.HTTPException as refusal:
                codes.append(refusal.code)
        done.set()

    await client.tree.sync()
    late = 0.0
    await scene.bob.slash(scene.channel, "twice")
    await done.wait()
    done.clear()
    late = 5.0
    await scene.bob.slash(scene.channel, "twice")
    await done.wait()

    assert codes == [40060, 10062, 10062]


async def test_an_expired_token_cannot_edit(scene: Scene, connect: Connect) -> None:
    client = await ready(connect)
    interaction = await scene.bob.slash(scene.channel, "persona use", {"name": "Hamlet"})
    await scene.twin.wait_for(lambda _: len(interaction.responses) == 3)
    interaction.age(901)

    with pytest.raises(discord.HTTPException) as caught:
        await discord.Webhook.partial(client.application_id, interaction.token, client=client).edit_message(
            interaction.original.id, content="too late"
        )

    assert caught.value.code == 50027
