import pytest

from bot.commands.base import Caller, Refused
from storage import outbox, personas, work
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.work import Failed, Lease
from tests.commands.conftest import ANN, DAN, EVE, NOW, Troupe


async def owe(troupe: Troupe, caller: Caller = ANN) -> str:
    ada = await troupe.database.read(personas.called, "", "ada")
    assert ada is not None
    return await troupe.owe(caller, ada.id)


def run(tx: Transaction) -> WorkItem:
    (item,) = work.claim(tx, Lease("worker", NOW + 60_000, NOW + 90_000), NOW, 1)
    return item


def give_up(tx: Transaction) -> None:
    work.bury(tx, run(tx), Failed("TIMED_OUT", "no *word* came"), NOW)


async def state(troupe: Troupe, work_id: str) -> str:
    item = await troupe.database.read(work.by_id, work_id)
    assert item is not None
    return item.state


async def test_the_queue_shows_what_was_given_up_and_why(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(give_up)

    text = (await troupe.order(ANN, "queue list")).text

    assert f"`{work_id}` chat, **Ada** in <#1001>: given up, 1 try, TIMED_OUT" in text
    assert r"(no \*word\* came)" in text


async def test_retry_owes_what_was_given_up_once_more(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(give_up)

    await troupe.order(ANN, "queue retry", id=work_id)

    assert await state(troupe, work_id) == "ready"


async def test_only_what_was_given_up_is_tried_again(troupe: Troupe) -> None:
    work_id = await owe(troupe)

    with pytest.raises(Refused, match="that is waiting"):
        await troupe.order(ANN, "queue retry", id=work_id)


async def test_cancel_ends_what_waits_and_takes_back_what_was_shown(troupe: Troupe) -> None:
    work_id = await owe(troupe)

    await troupe.order(ANN, "queue cancel", id=work_id)

    (part,) = await troupe.database.read(outbox.of_work, work_id)
    assert await state(troupe, work_id) == "cancelled"
    assert part.content == ""


async def test_cancelling_what_was_given_up_leaves_what_people_were_told(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(give_up)

    await troupe.order(ANN, "queue cancel", id=work_id)

    (part,) = await troupe.database.read(outbox.of_work, work_id)
    assert await state(troupe, work_id) == "cancelled"
    assert part.content == "shown so far"


async def test_cancel_stops_a_running_reply_and_keeps_what_it_said(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(run)
    kept: list[bool] = []
    troupe.office.bells.running(work_id, kept.append)

    answer = await troupe.order(ANN, "queue cancel", id=work_id)

    assert kept == [True]
    assert "stays" in answer.text


async def test_a_running_reply_of_another_process_cannot_be_stopped_here(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(run)

    with pytest.raises(Refused, match="look again"):
        await troupe.order(ANN, "queue cancel", id=work_id)


async def test_what_is_over_cannot_be_cancelled(troupe: Troupe) -> None:
    work_id = await owe(troupe)
    await troupe.order(ANN, "queue cancel", id=work_id)

    with pytest.raises(Refused, match="cancelled already"):
        await troupe.order(ANN, "queue cancel", id=work_id)


@pytest.mark.parametrize("caller", [EVE, DAN])
async def test_another_guild_or_channel_neither_sees_nor_changes_it(troupe: Troupe, caller: Caller) -> None:
    work_id = await owe(troupe)
    await troupe.database.write(give_up)

    listed = await troupe.order(caller, "queue list")

    assert "Nothing is waiting" in listed.text
    for name in ("queue retry", "queue cancel"):
        with pytest.raises(Refused, match="nothing owed here"):
            await troupe.order(caller, name, id=work_id)


async def test_a_direct_message_has_a_queue_of_its_own(troupe: Troupe) -> None:
    work_id = await owe(troupe, DAN)

    text = (await troupe.order(DAN, "queue list")).text

    assert work_id in text and "<#" not in text
