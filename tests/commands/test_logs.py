"""/logs recent shows what was logged that is grave, to the operator alone, and nothing that a log may not hold."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from bot import telemetry
from bot.commands.base import Refused
from bot.telemetry import Recent
from tests.commands.conftest import ANN, OPERATOR, Troupe


@pytest.fixture
def recent() -> Iterator[Recent]:
    """A log of this test alone."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    before = structlog.get_config()
    yield telemetry.configure("INFO", colours=False, secrets=["sk-hide-me"])
    structlog.configure(**before)
    root.handlers = handlers


async def test_the_last_that_went_wrong_is_told_without_secrets(troupe: Troupe, recent: Recent) -> None:
    there = replace(troupe, office=replace(troupe.office, recent=recent))
    empty = (await there.order(OPERATOR, "logs recent")).text
    log = structlog.get_logger()
    for number in range(60):
        log.warning("slow", number=number)
    log.info("started")
    try:
        raise ValueError("`sk-hide-me` is wrong")
    except ValueError:
        log.exception("call_failed", item="wrk_1")
    logging.getLogger("elsewhere").warning("of a library")

    answer = await there.order(OPERATOR, "logs recent")

    lines = answer.text.splitlines()[2:-1]
    assert "no warning and no error" in empty and answer.private and len(lines) == 15
    assert lines[0].endswith(" W of a library logger=elsewhere")
    assert lines[1].endswith(" E call_failed item=wrk_1 ValueError: '…' is wrong")
    assert [line.split(" W ")[1] for line in lines[2:]] == [f"slow number={number}" for number in range(59, 46, -1)]
    assert len(recent.newest(1000)) == 50 and "started" not in answer.text
    with pytest.raises(Refused, match="operator"):
        await there.order(ANN, "logs recent")
