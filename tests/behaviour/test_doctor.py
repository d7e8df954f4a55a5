"""/doctor names each thing that is missing, with its cure; /persona why explains by which rule."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import discord
import pytest

from tests.behaviour.stage import Stage, texts

PERMISSIONS = {
    "view_channel": ("I can't see this channel", "View Channel"),
    "send_messages": ("I can't write in this channel", "Send Messages"),
    "send_messages_in_threads": ("I can't write in its threads", "Send Messages In Threads"),
    "manage_webhooks": ("personas speak in my name", "Manage Webhooks"),
    "read_message_history": ("I can't read back", "Read Message History"),
    "embed_links": ("no preview", "Embed Links"),
    "attach_files": ("can't hand over files", "Attach Files"),
}


async def test_where_nothing_is_missing_the_doctor_says_so(stage: Stage) -> None:
    text = texts(await stage.bob.slash(stage.channel, "doctor"))

    assert text.startswith("**All is well here**")
    assert "❌" not in text


@pytest.mark.parametrize("permission", PERMISSIONS)
async def test_each_missing_permission_is_named_once_with_its_cure(stage: Stage, permission: str) -> None:
    trouble, shown = PERMISSIONS[permission]
    stage.deny(permission)

    text = texts(await stage.bob.slash(stage.channel, "doctor"))

    assert text.startswith("**1 thing to mend**\n❌ ")
    assert trouble in text
    assert f"Give my role the permission {shown} (channel settings → Permissions)." in text


async def test_where_the_bot_may_not_write_nobody_is_asked_in_vain(stage: Stage) -> None:
    await stage.bob.slash(stage.channel, "persona use", name="ada")
    stage.deny("send_messages")

    text = texts(await stage.bob.slash(stage.channel, "chat", message="hello?"))

    assert "I may not write in this channel" in text and "/doctor" in text
    assert stage.server.calls == []


async def time_out(stage: Stage) -> None:
    """Silence the bot for an hour; of a time-out of its own SimCord tells it at its start only, unlike Discord."""
    until = (discord.utils.utcnow() + timedelta(hours=1)).isoformat()
    bot = stage.env.backend.bot_user.id
    stage.env.backend.edit_member(stage.guild.id, bot, {"timed_out_until": until}, move_voice=False, channel_id=None)
    await stage.restart()


async def forbid(stage: Stage) -> None:
    """Take the right to write from the bot."""
    stage.deny("send_messages")


@pytest.mark.parametrize(
    ("silence", "trouble"),
    [(forbid, "I can't write in this channel"), (time_out, "I am timed out here until <t:")],
)
async def test_words_where_the_bot_is_known_to_be_mute_are_kept_and_cost_nothing(
    stage: Stage, silence: Callable[[Stage], Awaitable[None]], trouble: str
) -> None:
    await stage.bind("paloma", "always")
    await silence(stage)
    owed = stage.owed()

    message = await stage.bob.send(stage.channel, "buenas tardes")
    kept = await stage.until(lambda: stage.outside.rows("SELECT verdict, rule FROM events WHERE rule = 'MUTE'"))
    told = [await why(stage, message), texts(await stage.bob.slash(stage.channel, "persona why"))]
    text = texts(await stage.bob.slash(stage.channel, "doctor"))

    assert (kept, stage.owed(), stage.server.calls) == ([("keep", "MUTE")], owed, [])
    assert all("no answer" in one and "because the bot may not write there" in one for one in told)
    assert text.startswith("**1 thing to mend**") and trouble in text and "kept and not answered" in text


async def test_several_missing_permissions_are_all_named(stage: Stage) -> None:
    stage.deny("manage_webhooks", "read_message_history")

    text = texts(await stage.bob.slash(stage.channel, "doctor"))

    assert text.startswith("**2 things to mend**")
    assert "Manage Webhooks" in text
    assert "Read Message History" in text


async def test_a_missing_intent_is_named_with_its_cure(deaf_stage: Stage) -> None:
    text = texts(await deaf_stage.bob.slash(deaf_stage.channel, "doctor"))

    assert text.startswith("**1 thing to mend**")
    assert "Message Content Intent" in text
    assert "developer portal" in text


async def test_a_channel_full_of_webhooks_is_named_with_its_cure(stage: Stage) -> None:
    for number in range(15):
        stage.hook(f"hook {number}")

    text = texts(await stage.bob.slash(stage.channel, "doctor"))

    assert "All 15 webhooks of this channel are taken" in text
    assert "Delete one" in text


async def test_fifteen_webhooks_with_ours_among_them_are_well(stage: Stage) -> None:
    await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))
    for number in range(14):
        stage.hook(f"hook {number}")

    assert texts(await stage.bob.slash(stage.channel, "doctor")).startswith("**All is well here**")


async def test_in_a_direct_message_no_permission_is_needed(stage: Stage) -> None:
    assert "in direct messages I need no permission" in texts(await stage.bob.user.slash("doctor"))


async def test_without_manage_webhooks_the_bot_speaks_with_the_persona_s_name_shown(stage: Stage) -> None:
    stage.deny("manage_webhooks")

    reply = await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))

    assert reply.author.id == stage.bot.client.user.id
    assert reply.content.startswith("**Ada**\n")


# ── why ──


async def why(stage: Stage, message: discord.Message) -> str:
    """What /persona why says of a message, by its id."""
    return texts(await stage.bob.slash(stage.channel, "persona why", message=str(message.id)))


async def test_why_takes_a_link_or_an_id(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, "Ada, hello")

    by_link = texts(await stage.bob.slash(stage.channel, "persona why", message=message.jump_url))

    assert by_link == await why(stage, message)
    assert by_link.startswith("**Ada** answers that message, because it begins with the persona's name.")


async def test_why_lists_the_rules_in_their_order_with_the_one_that_decided_marked(stage: Stage) -> None:
    text = await why(stage, await stage.bob.send(stage.channel, "Ada, hello"))

    lines = text.splitlines()
    named = next(number for number, line in enumerate(lines) if "**it begins with the persona's name**" in line)
    replied = next(number for number, line in enumerate(lines) if "it replies to a message of that persona" in line)
    mentioned = next(number for number, line in enumerate(lines) if "it mentions the bot" in line)
    assert replied < named < mentioned


async def test_why_explains_a_mention_a_reply_a_bound_channel_and_silence(stage: Stage) -> None:
    silent = await stage.bob.send(stage.channel, "hello all")
    mention = await stage.bob.send(stage.channel, f"{stage.mention} hello")
    reply = await stage.bob.send(stage.channel, "and more?", reply_to=await stage.reply(mention))
    await stage.bind("paloma", "always")
    bound = await stage.bob.send(stage.channel, "buenas")

    assert "gets no answer, because nobody was addressed when it was said; said now, Paloma would" in await why(
        stage, silent
    )
    assert "**Ada** answers that message, because it mentions the bot" in await why(stage, mention)
    assert "**Ada** answers that message, because it replies to a message of that persona" in await why(stage, reply)
    assert "**Paloma** answers that message, because this channel is bound to that persona" in await why(stage, bound)


async def test_why_explains_silence(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, "hello all")

    assert "gets no answer, because nobody was addressed: no reply, name or mention" in await why(stage, message)


async def test_why_explains_listening_bots_and_personas(stage: Stage) -> None:
    await stage.bind("paloma", "mention")
    robot = stage.guild.add_member(stage.env.create_user("robot", bot=True))
    heard = await stage.bob.send(stage.channel, "we went to the sea")
    other = await robot.send(stage.channel, "Ada, hello")
    own = await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))

    assert "gets no answer, because this channel's persona listens" in await why(stage, heard)
    assert "gets no answer, because it was written by another bot" in await why(stage, other)
    assert "gets no answer, because Ada said it, and of the message it answers this is true: it begins" in await why(
        stage, own
    )


async def test_why_explains_a_greeting_that_answers_nobody(stage: Stage) -> None:
    greeting = await stage.bind("paloma", "always")

    assert "gets no answer, because Paloma said it of its own accord, such as a greeting" in await why(stage, greeting)


async def test_why_explains_what_was_decided_then_and_not_what_would_be_now(stage: Stage) -> None:
    await stage.bind("paloma", "always")
    message = await stage.bob.send(stage.channel, "buenas")
    await stage.reply(message)
    await stage.alice.slash(stage.channel, "persona unbind")

    assert "**Paloma** answers that message, because this channel is bound" in await why(stage, message)


async def test_why_in_a_direct_message_names_that_rule(stage: Stage) -> None:
    message = await stage.bob.send_dm("hello")

    text = texts(await stage.bob.user.slash("persona why", message=str(message.id)))

    assert "**Ada** answers that message, because it was said in a direct conversation" in text


async def test_why_without_a_message_says_what_would_happen_now(stage: Stage) -> None:
    before = texts(await stage.bob.slash(stage.channel, "persona why"))
    await stage.bind("paloma", "always")

    after = texts(await stage.bob.slash(stage.channel, "persona why"))

    assert before.startswith("Words that name and mention nobody would get no answer here, because nobody was")
    assert after.startswith("**Paloma** would answer your next words here, because this channel is bound")


@pytest.mark.parametrize("given", ["nonsense here", "123", "https://discord.com/channels/1/2/3"])
async def test_why_says_what_to_give_when_it_can_t_find_the_message(stage: Stage, given: str) -> None:
    result = await stage.bob.slash(stage.channel, "persona why", message=given)

    assert result.ephemeral
    assert any(hint in texts(result) for hint in ("link", "in another channel"))
