"""What is found wrong follows from what is kept: budgets, calls, the drill; and of what is measured, work and copy."""

from __future__ import annotations

from bot.alerts.found import of_kept, of_parts
from bot.health.vitals import Part
from config.dynamic import defaults
from config.static import Static
from storage import drills, settings, spending, usage
from storage.alerts import Alarm
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import Drill, ModelCall
from storage.settings import Wish
from storage.spending import Spent
from tests.storage.conftest import NOW

USUAL = defaults(Static())
MINUTE = 60_000


def called(number: int, model: str, outcome: str, at: int) -> ModelCall:
    return ModelCall(f"cal_{number}", None, 1, model, outcome, 1, 1, 1, None, 1, None, None, at)


def lay(tx: Transaction) -> None:
    for scope, name, value in (
        ("global", "bot_month_budget", "$10"),
        ("global", "guild_day_budget", "1000 tokens"),
        ("guild:discord:10", "guild_day_budget", "100 tokens"),
        ("global", "person_day_budget", "0"),
    ):
        assert settings.change(tx, Wish(scope, name, value, "Ann", ""), NOW)
    spending.add(tx, spending.BOT, Spent(1, 8_500_000), NOW)
    for guild in ("10", "11"):
        spending.add(tx, spending.of_guild("discord", guild), Spent(100, 1), NOW)
    calls = [("down", "TIMED_OUT", 5)] * 5 + [("mended", "STALLED", 6)] * 5 + [("mended", "REFUSED", 5)]
    calls += [("shaky", "OK", 9)] * 7 + [("shaky", "RATE_LIMITED", 9)] * 3 + [("old", "BROKEN", 61)] * 9
    usage.add_all(tx, [called(n, model, out, NOW - ago * MINUTE) for n, (model, out, ago) in enumerate(calls)])
    drills.add(tx, Drill("drl_1", NOW, "failed", None, None, None, "a row is missing"))


async def test_budgets_models_and_drills_are_found_with_what_they_concern(database: Database) -> None:
    assert await database.read(of_kept, USUAL, NOW) == []

    await database.write(lay)

    found = {(one.kind, one.scope): one.told for one in await database.read(of_kept, USUAL, NOW)}
    guild = "guild:discord:10 guild_day_budget"
    assert set(found) == {
        ("budget_near", "bot bot_month_budget"),
        ("budget_near", guild),
        ("budget_spent", guild),
        ("breaker", "down"),
        ("errors", "shaky"),
        ("drill", ""),
    }
    assert found["budget_near", "bot bot_month_budget"] == "85 % of bot_month_budget ($10) of the bot is spent"
    assert found["breaker", "down"] == "down rests: it failed 5 times in a row"
    assert found["errors", "shaky"] == "3 of 10 calls of shaky failed lately"
    assert found["drill", ""] == "The restore drill failed: a row is missing"


def test_of_the_parts_late_work_and_a_copy_that_is_behind_are_told() -> None:
    parts = [Part(name, ok, "so and so", {}) for name in ("database", "work", "backup") for ok in (True, False)]

    assert of_parts(parts) == [
        Alarm("queue", "", "Work is late: so and so"),
        Alarm("copy", "", "The copy of the database is behind: so and so"),
    ]
