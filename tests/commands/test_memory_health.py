"""The operator sees how healthy what is remembered is, in counts and never in words."""

from __future__ import annotations

import pytest

from bot.commands.base import Refused
from tests.commands.conftest import ANN, BOB, OPERATOR, Troupe
from tests.commands.test_memory import told


async def test_1_13_a_health_report_counts_memories_and_what_is_wrong_with_them(troupe: Troupe) -> None:
    await told(troupe, BOB, "I live in Oslo")
    wrong = await told(troupe, BOB, "my sister is called Anna")
    await troupe.order(BOB, "memory wrong", id=wrong)

    report = (await troupe.order(OPERATOR, "memory health")).text

    assert report.startswith("**2 memories in all**\n- channel: 1 fact, 1 relation\n- never recalled: 100 %")
    assert "called wrong: 1;" in report and "without a vector: 2" in report and "tidying waits since" in report
    assert "Oslo" not in report and "Anna" not in report
    with pytest.raises(Refused):
        await troupe.order(ANN, "memory health")
