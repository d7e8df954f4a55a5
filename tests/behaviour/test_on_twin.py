"""What SimCord can't do, on the loopback twin: buttons on webhooks, threads, the bot's role, and slow answers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.gateway.normalise import PROXIES
from storage import personas
from storage.engines.base import Transaction
from tests.end_to_end.conftest import Start
from tests.end_to_end.conftest import ledger as ledger
from tests.end_to_end.conftest import troupe as troupe
from tests.end_to_end.ledger import Ledger
from tests.fakes.model_server import ModelServer
from tests.storage.conftest import a_persona
from tests.twin import Channel, Guild, Interaction, Message, Permission, Person, Twin
from tests.twin.state import BOT_PERMISSIONS


@pytest.fixture
def keeper(twin: Twin, guild: Guild) -> Person:
    """Somebody who may manage the server: its owner."""
    return guild.owner


@asynccontextmanager
async def busy(hop: Callable[..., Awaitable[None]], threads: int) -> AsyncIterator[threading.Event]:
    """The database's threads stand still until the event is set."""
    free, begun = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def stand(tx: Transaction) -> None:
        loop.call_soon_threadsafe(begun.set)
        free.wait(20)

    standing = [asyncio.ensure_future(hop(stand)) for _ in range(threads)]
    await begun.wait()
    try:
        yield free
    finally:
        free.set()
        await asyncio.gather(*standing)


def by_persona(twin: Twin, channel: Channel, name: str) -> list[Message]:
    """What a persona has said in a channel."""
    return [one for one in twin.visible(channel) if one.username == name]


async def said(twin: Twin, channel: Channel, name: str) -> Message:
    """The newest words of a persona, as soon as there are any."""
    return (await twin.wait_for(lambda t: by_persona(t, channel, name)))[-1]


def buttons(rows: list[Any]) -> dict[str, str]:
    """The keys of buttons by their labels."""
    return {one["label"]: one["custom_id"] for row in rows for one in row["components"]}


async def test_binding_posts_the_greeting_with_buttons_that_work_after_a_restart(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start, server: ModelServer
) -> None:
    bot = await troupe()

    await keeper.slash(channel, "persona bind", {"name": "halvard"})
    greeting = await said(twin, channel, "Halvard")
    offered = buttons(greeting.components)
    await bot.stop()
    await troupe()
    await bob.click(greeting, offered["Tell me something small and true"])
    await twin.wait_for(lambda t: len(by_persona(t, channel, "Halvard")) == 2)

    assert greeting.content.startswith("Evening. Halvard.")
    assert len(offered) == 4
    assert "Tell me something small and true" in by_persona(twin, channel, "Halvard")[1].content


async def test_an_empty_mention_gets_the_greeting_with_buttons(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, server: ModelServer
) -> None:
    await troupe()

    await bob.say(channel, f"<@{twin.bot.id}>")
    greeting = await said(twin, channel, "Ada")

    assert greeting.content.startswith("Hi, I'm Ada.")
    assert "Why is the sky dark at night?" in buttons(greeting.components)
    assert server.calls == []


async def test_the_first_reply_of_a_conversation_offers_suggestions_through_the_webhook(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()

    await bob.say(channel, "Ada, hello")
    first = await said(twin, channel, "Ada")

    assert "Why is the sky dark at night?" in buttons(first.components)


async def test_a_mention_of_the_bot_s_role_is_a_mention(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()

    await bob.say(channel, f"<@&{guild.bot_role}> how are you?")
    reply = await said(twin, channel, "Ada")

    assert "how are you?" in reply.content
    assert "@" not in reply.content


async def test_a_thread_of_a_bound_channel_is_answered_in_the_thread(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start
) -> None:
    await troupe()
    thread = twin.add_thread(channel, "deep waters", bob)
    await keeper.slash(channel, "persona bind", {"name": "paloma"})
    await said(twin, channel, "Paloma")

    await bob.say(thread, "buenas tardes")
    reply = await said(twin, thread, "Paloma")

    assert "buenas tardes" in reply.content
    assert len(by_persona(twin, channel, "Paloma")) == 1


async def test_a_thread_has_a_persona_of_its_own_when_it_is_bound(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start
) -> None:
    await troupe()
    thread = twin.add_thread(channel, "deep waters", bob)
    await keeper.slash(channel, "persona bind", {"name": "paloma"})
    await keeper.slash(thread, "persona bind", {"name": "odile"})
    await said(twin, thread, "Odile")

    await bob.say(thread, "good evening")
    await twin.wait_for(lambda t: len(by_persona(t, thread, "Odile")) == 2)

    assert by_persona(twin, thread, "Paloma") == []


async def test_in_a_locked_thread_words_are_kept_and_not_answered(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start, server: ModelServer
) -> None:
    await troupe()
    thread = twin.add_thread(channel, "deep waters", bob)
    await keeper.slash(thread, "persona bind", {"name": "odile"})
    await said(twin, thread, "Odile")
    twin.set_bot_permissions(channel, BOT_PERMISSIONS & ~Permission.MANAGE_THREADS)
    twin.update_channel(thread, locked=True)

    message = await bob.say(thread, "good evening")
    shown = await (await bob.slash(thread, "persona why", {"message": str(message.id)})).answer()
    told = await (await bob.slash(thread, "doctor")).answer()

    assert shown.content.startswith("That message gets no answer, because the bot may not write there")
    assert "This thread is locked" in told.content
    assert server.calls == []


async def test_why_knows_that_a_message_stands_in_a_thread(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start
) -> None:
    await troupe()
    thread = twin.add_thread(channel, "deep waters", bob)
    await keeper.slash(channel, "persona bind", {"name": "paloma"})
    await said(twin, channel, "Paloma")
    message = await bob.say(thread, "buenas tardes")
    await said(twin, thread, "Paloma")

    shown = await (await bob.slash(thread, "persona why", {"message": str(message.id)})).answer()

    assert shown.content.startswith("**Paloma** answers that message, because this channel is bound")


async def test_every_request_that_says_something_limits_whom_it_may_ring(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start, server: ModelServer
) -> None:
    server.answer = lambda body: "@everyone @here <@1> hello"
    await troupe()

    await keeper.slash(channel, "persona bind", {"name": "paloma"})
    await bob.say(channel, "Ada, hello")
    await said(twin, channel, "Ada")

    assert all(one.mentions in ([], [bob.id]) for one in twin.visible(channel) if one.author_id != bob.id)


# ── slow answers ──


async def first_kind(twin: Twin, interaction: Interaction) -> str:
    """How an interaction was answered first."""
    return (await twin.wait_for(lambda _: interaction.responses, 10))[0].kind


async def test_a_slow_answer_is_announced_in_time_and_then_given(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()

    async with busy(bot.house.database.write, 1) as free:
        interaction = await bob.slash(channel, "persona use", {"name": "halvard"})
        first = await first_kind(twin, interaction)
        free.set()
        shown = await interaction.answer()

    assert first == "defer"
    assert interaction.ephemeral
    assert shown.content.startswith("You now talk with **Halvard**")
    assert buttons(shown.data["components"])


async def test_a_form_that_can_t_open_in_time_says_so_in_time(
    twin: Twin, channel: Channel, keeper: Person, troupe: Start
) -> None:
    bot = await troupe()

    async with busy(bot.house.database.read, 4):
        interaction = await keeper.slash(channel, "persona edit", {"name": "ada"})
        shown = await interaction.answer()

    assert interaction.modal is None
    assert interaction.ephemeral
    assert "too busy to open that form" in shown.content


async def test_a_form_that_is_taken_slowly_is_announced_and_taken(
    twin: Twin, channel: Channel, keeper: Person, troupe: Start
) -> None:
    bot = await troupe()
    shown = await keeper.slash(channel, "persona edit", {"name": "ada"})
    await twin.wait_for(lambda _: shown.modal)

    async with busy(bot.house.database.write, 1) as free:
        sent = await keeper.submit_modal(shown, {"greeting": "Ahoy, I am Ada, an AI."})
        first = await first_kind(twin, sent)
        free.set()
        done = await sent.answer()

    assert first == "defer"
    assert "**Ada** is changed: greeting" in done.content


async def test_what_was_ordered_too_late_is_done_all_the_same(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    twin.interaction_deadline = 0.5

    async with busy(bot.house.database.write, 1) as free:
        interaction = await bob.slash(channel, "persona use", {"name": "halvard"})
        await twin.wait_for(lambda t: any("callback" in one.path for one in t.requests), 10)
        free.set()
    twin.interaction_deadline = 3
    line = ""
    async with asyncio.timeout(10):
        while "your choice" not in line:  # the order is carried out soon after its time was over
            listed = await (await bob.slash(channel, "persona list")).answer()
            line = next(one for one in listed.content.splitlines() if "**Halvard** `halvard`" in one)

    assert interaction.responses == []


async def test_a_forgotten_permission_is_no_riddle(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()
    twin.set_bot_permissions(channel, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)

    shown = await (await bob.slash(channel, "doctor")).answer()

    assert "Give my role the permission Manage Webhooks" in shown.content
    assert "Give my role the permission Read Message History" in shown.content


async def test_what_a_reply_in_a_channel_had_in_mind_is_shown_to_whoever_presses_and_only_they_see_it(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    for one in (bob, keeper):
        await one.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(by_persona(t, channel, "Ada")) == 2)
    await (await bob.slash(channel, "memory add", {"text": "the spare key is under the fern"})).answer()
    await bob.say(channel, "Ada, where is the spare key?")
    await twin.wait_for(lambda t: "🧠 why" in buttons(by_persona(t, channel, "Ada")[-1].components))
    reply = by_persona(twin, channel, "Ada")[-1]
    await bot.stop()
    await troupe()

    pressed = [await one.click(reply, buttons(reply.components)["🧠 why"]) for one in (bob, keeper)]
    shown = [await one.answer() for one in pressed]

    assert all(one.ephemeral and "under the fern" in one.content for one in shown)
    assert [len(row["components"]) for row in shown[0].data["components"]] == [4]


async def test_a_proxied_message_is_its_person_s_and_answered_once(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    await keeper.slash(channel, "persona bind", {"name": "paloma"})
    await said(twin, channel, "Paloma")
    hook = twin.add_webhook(channel, "PluralKit Proxy Webhook", bob)

    first = await bob.say(channel, "L: buenas tardes")
    anew = {"webhook": hook, "username": "Luna", "application_id": next(iter(PROXIES))}
    twin.post(channel, {"content": "buenas tardes"}, **anew)
    twin.delete(first)
    twin.post(channel, {"content": "words of nobody I know"}, **anew)
    await twin.wait_for(lambda t: len(by_persona(t, channel, "Paloma")) == 2)
    await bob.say(channel, "Ada, and you?")
    await said(twin, channel, "Ada")

    kept = ledger.rows("SELECT name, content, deleted_at FROM messages WHERE role = 'person' ORDER BY seq")
    assert ("Luna", "buenas tardes", None) in [tuple(row) for row in kept] and "nobody" not in str(kept)
    assert len(by_persona(twin, channel, "Paloma")) == 2


async def test_a_persona_for_adults_talks_in_age_restricted_channels_only(
    twin: Twin, channel: Channel, keeper: Person, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    await bot.house.database.write(personas.add, a_persona(bot.house.ids, "vamp", nsfw=True), 1)

    refused = await (await keeper.slash(channel, "persona bind", {"name": "vamp"})).answer()
    await bob.say(channel, "Vamp, hello")
    twin.update_channel(channel, nsfw=True)
    thread = twin.add_thread(channel, "behind the door", bob)
    await keeper.slash(thread, "persona bind", {"name": "vamp"})
    greeting = await said(twin, thread, "Vamp")

    assert "age-restricted channels only" in refused.content and greeting.content == "Hello."
    assert by_persona(twin, channel, "Vamp") == []
