"""Rules, quiet, age-restricted channels and proxies as Discord shows them; and what people say that is no order."""

from __future__ import annotations

from bot.gateway.normalise import PROXIES
from tests.behaviour.stage import Stage, texts

PLURALKIT = next(iter(PROXIES))


async def test_a_role_is_let_in_where_the_server_is_not(stage: Stage) -> None:
    crew = stage.guild.create_role("Crew")
    carl = stage.guild.add_member(stage.env.create_user("carl", global_name="Carl"), roles=[crew])
    await stage.alice.slash(stage.channel, "access deny", whom="server")
    await stage.alice.slash(stage.channel, "access allow", whom=f"<@&{crew.id}>")

    barred = await stage.bob.send(stage.channel, "Ada, hello")
    reply = await stage.reply(await stage.bob_or(carl).send(stage.channel, "Ada, hello"))
    why = texts(await stage.bob.slash(stage.channel, "persona why", message=str(barred.id)))
    ordered = texts(await stage.bob.slash(stage.channel, "chat", message="hello"))

    assert reply.author.name == "Ada" and stage.owed() == 1
    assert "this server's rule “deny server" in why
    assert "You may not order that here" in ordered
