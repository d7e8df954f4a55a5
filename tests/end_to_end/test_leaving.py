"""A server that we leave is noted whether we heard of it or not, an outage is no leaving, and who comes back stays."""

from __future__ import annotations

from dataclasses import replace

from bot.gateway.served import compare
from bot.gateway.shards import Shard
from bot.jobs.leave import erase_when_due
from bot.office import make_office
from config.dynamic import defaults
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger
from tests.twin import Twin

WORDS = "my boat is called zanzibar"
LEFT = "SELECT guild_id FROM departures WHERE erased_at IS NULL ORDER BY left_at"
MONTH_MS = 31 * 86_400_000


class Later:
    """A clock that is a month ahead."""

    def __init__(self, now: int) -> None:
        self._at = now + MONTH_MS

    def now(self) -> int:
        return self._at

    async def sleep(self, seconds: float) -> None: ...


async def test_what_was_left_is_erased_after_its_time_and_nothing_else(
    twin: Twin, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    guilds = [twin.add_guild(name) for name in ("Told", "Missed", "Out", "Back")]
    zoe = twin.add_user("Zoe")
    for guild in guilds:
        guild.join(zoe)
        await zoe.say(guild.add_text_channel("hall"), f"Ada, {WORDS} {guild.name}")
    await ledger.until(twin, "SELECT 1 WHERE (SELECT count(*) FROM events) >= ?", len(guilds), within_s=12)
    await ledger.settled(twin)
    told, missed, out, back = guilds

    twin.remove_guild(told)
    twin.emit("GUILD_DELETE", {"id": str(out.id), "unavailable": True}, 1)
    await ledger.until(twin, LEFT, within_s=12)
    await bot.stop()
    twin.remove_guild(missed)
    twin.remove_guild(back)
    bot = await troupe()
    await ledger.until(twin, f"SELECT 1 WHERE (SELECT count(*) FROM ({LEFT}) found) = 3", within_s=12)
    twin.guilds[back.id] = back
    twin.emit("GUILD_CREATE", back.payload(whole=True), 1)
    await ledger.until(twin, f"SELECT 1 WHERE (SELECT count(*) FROM ({LEFT}) found) = 2", within_s=12)
    later = Later(bot.house.world.clock.now())
    assert ledger.column(LEFT) == [str(told.id), str(missed.id)]
    assert await erase_when_due(bot.house.eraser, defaults(bot.house.settings), bot.house.world.clock) == 0

    assert await erase_when_due(replace(bot.house.eraser, clock=later), defaults(bot.house.settings), later) == 2

    kept = sorted(text for text in ledger.column("SELECT content FROM messages") if WORDS in text)
    assert all(any(text.endswith(guild.name) for guild in (out, back)) for text in kept) and len(kept) >= 2
    assert ledger.column(LEFT) == []


async def test_what_another_application_is_not_in_was_not_left(twin: Twin, troupe: Start, ledger: Ledger) -> None:
    bot = await troupe()
    guild, zoe = twin.add_guild("Kept"), twin.add_user("Zoe")
    guild.join(zoe)
    await zoe.say(guild.add_text_channel("hall"), "Ada, hello")
    await ledger.until(twin, "SELECT id FROM conversations WHERE guild_id <> ''", within_s=12)
    office = make_office(bot.house)

    await compare(office, "another", [], Shard())
    assert ledger.column(LEFT) == []

    await compare(office, str(twin.application_id), [], Shard())
    assert ledger.column(LEFT) == [str(guild.id)]
